//! Points at which a test stops the process dead, as a power cut would, or freezes it, as an overloaded
//! host would. They never do anything in a release build, nor unless a variable names the point.

/// Ends the process here if `TIZILIM_CRASH_AT=point` or, for the n-th passage, `point:n` says so;
/// freezes it if `TIZILIM_FREEZE_AT` does.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    use std::{process, sync::LazyLock};

    static CRASH: LazyLock<Wanted> = LazyLock::new(|| Wanted::in_variable("TIZILIM_CRASH_AT"));
    static FREEZE: LazyLock<Wanted> = LazyLock::new(|| Wanted::in_variable("TIZILIM_FREEZE_AT"));
    if CRASH.is_here(name) {
        process::abort();
    }
    if FREEZE.is_here(name) {
        let id = process::id().to_string();
        let stopped = process::Command::new("kill")
            .args(["-s", "STOP", &id])
            .status();
        tracing::info!(point = name, ?stopped, "frozen and woken");
    }
}

/// A point that a variable names, and the passage that is meant.
#[cfg(debug_assertions)]
struct Wanted {
    point: Option<(String, u32)>,
    passed: std::sync::atomic::AtomicU32,
}

#[cfg(debug_assertions)]
impl Wanted {
    fn in_variable(variable: &str) -> Self {
        let text = std::env::var_os(variable).and_then(|text| text.into_string().ok());
        let point = text.and_then(|text| {
            Some(match text.split_once(':') {
                Some((point, times)) => (point.to_owned(), times.parse().ok()?),
                None => (text, 1),
            })
        });
        Self {
            point,
            passed: 0.into(),
        }
    }

    fn is_here(&self, name: &str) -> bool {
        use std::sync::atomic::Ordering;

        let Some((point, times)) = &self.point else {
            return false;
        };
        point == name && self.passed.fetch_add(1, Ordering::SeqCst).saturating_add(1) == *times
    }
}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub const fn point(_name: &str) {}
