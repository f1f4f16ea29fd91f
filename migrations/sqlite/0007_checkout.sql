-- What a shop asks and offers at checkout, and what came of it.

-- Zones, rates and questions, as the domain writes them.
alter table shops add column checkout text not null default '{}';

-- What of the total is shipping, discount and tax; known once the order is paid.
alter table orders add column amount_shipping integer;
alter table orders add column amount_discount integer;
alter table orders add column amount_tax integer;
-- The rate that the buyer chose, and who gets the goods where.
alter table orders add column shipping_method text;
alter table orders add column delivery text;
