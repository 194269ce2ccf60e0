//! The working hours of a provider (D-4).
//! They never run over midnight.

use chrono::NaiveTime;

use crate::kernel::Problem;

/// When a provider opens and closes on each working day, in legal time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingHours {
    opens: NaiveTime,
    closes: NaiveTime,
}

impl WorkingHours {
    /// Takes an opening and a later closing time.
    pub fn new(opens: NaiveTime, closes: NaiveTime) -> Result<Self, Problem> {
        if opens < closes {
            Ok(Self { opens, closes })
        } else {
            Err(Problem::new("must close later than they open"))
        }
    }

    /// When work begins.
    pub const fn opens(self) -> NaiveTime {
        self.opens
    }

    /// When work ends; what arrives exactly then is in time (D-1).
    pub const fn closes(self) -> NaiveTime {
        self.closes
    }
}

/// From 09:00 to 18:30 (D-4).
impl Default for WorkingHours {
    fn default() -> Self {
        const OPENS: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("a time of day");
        const CLOSES: NaiveTime = NaiveTime::from_hms_opt(18, 30, 0).expect("a time of day");
        Self {
            opens: OPENS,
            closes: CLOSES,
        }
    }
}
