//! What may be wrong with a question to the queue of reviews, and with batches.
//! It never says what would hold for any field: that is `general`.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "must be ON_TIME, NEAR_DUE or OVERDUE",
        "Мәні ON_TIME, NEAR_DUE немесе OVERDUE болуы керек.",
        "Допускаются только ON_TIME, NEAR_DUE и OVERDUE.",
    ),
    (
        "must be REGISTERED, IN_REVIEW or AWAITING_SIGNATURE",
        "Мәні REGISTERED, IN_REVIEW немесе AWAITING_SIGNATURE болуы керек.",
        "Допускаются только REGISTERED, IN_REVIEW и AWAITING_SIGNATURE.",
    ),
    (
        "must be CALLER or NOBODY",
        "Мәні CALLER немесе NOBODY болуы керек.",
        "Допускаются только CALLER и NOBODY.",
    ),
    (
        "must not be given together with holder",
        "Бұл өріс holder өрісімен бірге толтырылмайды.",
        "Поле не заполняется вместе с полем holder.",
    ),
];
