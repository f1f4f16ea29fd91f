-- Payment pages beside the video.

-- What the buyer's browser opens the session with, while it can be paid; told to that buyer alone.
alter table orders add column session_secret text;
-- The key that browsers may see (`pk_…`); without one, payment pages open in a tab of their own.
alter table payment_accounts add column publishable_key text;
