//! The stable codes with which requests and socket commands are refused.
//!
//! Clients translate them; a code exists only where a client would act on it.

use serde::Serialize;

use super::column::text_enum;

text_enum! {
    /// Why something was refused, the same over HTTP and the socket.
    Code {
        /// The request could not be read at all.
        Malformed = "malformed",
        /// A field has a value that is not allowed; `errors` names it.
        Invalid = "invalid",
        /// A socket frame is no command.
        BadRequest = "bad_request",
        /// A socket command has an unknown type.
        UnknownType = "unknown_type",
        /// Sign in first.
        Unauthenticated = "unauthenticated",
        /// E-mail or password is wrong.
        WrongCredentials = "wrong_credentials",
        /// A one-time link was used before or is too old.
        LinkExpired = "link_expired",
        /// The role or key does not allow it.
        Forbidden = "forbidden",
        /// A page of another origin asked.
        ForeignOrigin = "foreign_origin",
        /// There is no such thing in this shop.
        NotFound = "not_found",
        /// The resource has no such method.
        MethodNotAllowed = "method_not_allowed",
        /// Somebody else changed it first.
        Conflict = "conflict",
        /// `If-Match` names an older version.
        Stale = "stale",
        /// More bytes than are taken.
        TooLarge = "too_large",
        /// The body has a type or encoding that is not taken.
        UnsupportedMediaType = "unsupported_media_type",
        /// The body did not arrive in time.
        Timeout = "timeout",
        /// Too many requests; wait.
        RateLimited = "rate_limited",
        /// The server takes no more at the moment.
        Overloaded = "overloaded",
        /// The database is away for a moment.
        Unavailable = "unavailable",
        /// Our fault.
        Internal = "internal",
        /// Checkouts need an `Idempotency-Key`.
        IdempotencyKeyRequired = "idempotency_key_required",
        /// The key was used for another request.
        IdempotencyKeyReused = "idempotency_key_reused",
        /// The first request with this key is still running.
        IdempotencyInProgress = "idempotency_in_progress",
        /// The set-up link was used: there is a shop.
        AlreadySetUp = "already_set_up",
        /// Another member has this e-mail address.
        EmailTaken = "email_taken",
        /// A shop keeps one owner at least.
        LastOwner = "last_owner",
        /// The invitation is too old.
        InvitationExpired = "invitation_expired",
        /// Somebody joined with the invitation already.
        InvitationUsed = "invitation_used",
        /// The shop took the invitation back.
        InvitationRevoked = "invitation_revoked",
        /// Another product has this handle.
        HandleTaken = "handle_taken",
        /// Another show has this slug.
        SlugTaken = "slug_taken",
        /// Another variant has this SKU.
        SkuTaken = "sku_taken",
        /// Another variant of the product has these options.
        OptionsTaken = "options_taken",
        /// The product has as many variants or pictures as it may.
        LimitReached = "limit_reached",
        /// Orders refer to it; archive it.
        HasOrders = "has_orders",
        /// Pieces are set aside for buyers; wait.
        HasReservations = "has_reservations",
        /// Fewer pieces than are reserved and sold.
        StockUnderCommitted = "stock_under_committed",
        /// A show does not move from here to there.
        IllegalTransition = "illegal_transition",
        /// The product is not in the lineup of the show.
        NotInLineup = "not_in_lineup",
        /// A removed message cannot be brought back any more.
        UndoTooLate = "undo_too_late",
        /// No pieces left.
        SoldOut = "sold_out",
        /// The show does not sell at the moment.
        NotSelling = "not_selling",
        /// Nothing is sold in a rehearsal.
        Rehearsal = "rehearsal",
        /// The product is not offered in this show.
        ProductUnavailable = "product_unavailable",
        /// This viewer has a reservation for the product already.
        ReservationExists = "reservation_exists",
        /// A piece costs more than the buyer was shown; `price` is what it costs now.
        PriceChanged = "price_changed",
        /// The offer is not below the lowest price of the last 30 days; `lowest` names it.
        OfferNotReduced = "offer_not_reduced",
        /// The same price was offered lately; `again_at` says when it may be offered again.
        OfferRepeated = "offer_repeated",
        /// The product has an offer that runs.
        OfferRunning = "offer_running",
        /// The start or end of an offer cannot be taken back any more.
        OfferUndoTooLate = "offer_undo_too_late",
        /// Nothing of the order's payment can be given back.
        NotRefundable = "not_refundable",
        /// The buyer has asked the bank for the money; the bank decides.
        Disputed = "disputed",
        /// The payment provider does not answer or refused.
        PaymentsUnavailable = "payments_unavailable",
        /// The time to withdraw from the order is over, or all of it went back.
        WithdrawalClosed = "withdrawal_closed",
        /// A payment, delivery or refund has to end before the person is erased; `blocked` names the orders.
        ErasureBlocked = "erasure_blocked",
        /// Only paid orders are marked as sent.
        OrderNotPaid = "order_not_paid",
        /// A person has to look at the order before it is sent.
        OrderInReview = "order_in_review",
        /// More orders match than a file holds.
        ExportTooLarge = "export_too_large",
        /// Payment keys cannot be stored before a secret key is set for the server.
        SealingKeyRequired = "sealing_key_required",
        /// Live keys need an https address.
        LiveNeedsHttps = "live_needs_https",
        /// Nobody confirmed that real money will be taken.
        LiveNotConfirmed = "live_not_confirmed",
        /// Something is missing before real money can be taken; `obstacles` names it.
        LiveNotReady = "live_not_ready",
        /// Buyers are paying into another account at this moment.
        OrdersUnfinished = "orders_unfinished",
        /// The payment provider does not know the key.
        PaymentKeyRefused = "payment_key_refused",
        /// The payment provider refused; `detail` says why.
        PaymentProviderRefused = "payment_provider_refused",
        /// Give a name before writing.
        NameRequired = "name_required",
        /// Somebody in the show has a name that looks like this.
        NameTaken = "name_taken",
        /// The name looks like the shop's staff.
        NameReserved = "name_reserved",
        /// Wait between two messages.
        SlowMode = "slow_mode",
        /// A moderator muted this viewer.
        Muted = "muted",
        /// A moderator sent this viewer away.
        Banned = "banned",
        /// The same text again.
        Duplicate = "duplicate",
        /// Only members post links.
        LinksNotAllowed = "links_not_allowed",
        /// Only members write at the moment.
        ChatLocked = "chat_locked",
        /// As many messages wait for a moderator as may.
        ReviewFull = "review_full",
        /// A message that waited was decided on the other way.
        MessageSettled = "message_settled",
        /// The show takes no questions at the moment.
        QuestionsClosed = "questions_closed",
        /// As many questions wait for an answer as a show takes; vote for one of them.
        QuestionsFull = "questions_full",
        /// This viewer's questions have to be answered first.
        QuestionsWaiting = "questions_waiting",
        /// Another member is about to answer.
        QuestionClaimed = "question_claimed",
        /// The question was answered or dismissed.
        QuestionSettled = "question_settled",
        /// The show takes no chat at the moment.
        ShowNotOpen = "show_not_open",
        /// An import file is no format that is known.
        UnknownFormat = "unknown_format",
        /// An import file lacks a column it needs.
        MissingColumn = "missing_column",
        /// A picture could not be read.
        UnreadableImage = "unreadable_image",
        /// No pages for this address under this host name.
        UnknownHost = "unknown_host",
        /// The socket needs version 13 and the subprotocol `vetrina.v1`.
        UpgradeRequired = "upgrade_required",
    }
}

/// One field that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the request body, or the name of a parameter.
    pub pointer: String,
    /// What is wrong with it, such as `empty` or `too_long`.
    #[schema(value_type = String)]
    pub code: &'static str,
}

impl FieldError {
    /// Names a field and what is wrong with it.
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: &'static str) -> Self {
        Self { pointer: pointer.into(), code }
    }
}
