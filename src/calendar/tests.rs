//! The shipped table is what the law says, and terms counted by it never surprise.

mod changes;
mod shipped;
mod table;
mod terms;

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::Calendar;
use crate::kernel::instant_of;

fn calendar() -> &'static Calendar {
    static SHIPPED: LazyLock<Calendar> = LazyLock::new(|| Calendar::shipped().unwrap());
    &SHIPPED
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An instant of legal time: `2026-03-20 18:31`.
fn at(text: &str) -> DateTime<Utc> {
    instant_of(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
}
