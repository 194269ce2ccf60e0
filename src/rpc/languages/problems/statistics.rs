//! What may be wrong with what is asked of the statistics.
//! It never says what would hold for any field: that is `general`.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "must be a known day of an application",
        "Өтінімнің белгілі күні көрсетілуі керек.",
        "Должен быть указан известный день заявки.",
    ),
    (
        "must be a known form",
        "Белгілі нысан көрсетілуі керек.",
        "Должна быть указана известная форма.",
    ),
    (
        "must be something that can be told apart",
        "Статистика бөлінетін белгілі көрсеткіш көрсетілуі керек.",
        "Должен быть указан известный признак, по которому делится статистика.",
    ),
    (
        "must tell apart at most {} groups; name fewer things or a shorter period",
        "Топтардың ең көп саны – {}: көрсеткіштерді азайтыңыз немесе кезеңді қысқартыңыз.",
        "Групп может быть не больше {}: назовите меньше признаков или более короткий период.",
    ),
];
