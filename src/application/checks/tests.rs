//! Whether each check finds what it must, and nothing that it must not.

mod rule_set;

use super::{CheckCode, RuleSet};
use crate::application::agreement::fixture::day;
