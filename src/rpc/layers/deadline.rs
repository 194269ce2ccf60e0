//! How long an answer may take to begin: as the client says, but never longer than we allow.
//! It never ends an answer that has begun, so streams last as long as they must.

use std::time::Duration;

use http::HeaderMap;

use crate::authz::Traffic;

/// What one message there and back may take.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// What 50 MiB may take over a poor line.
const UPLOAD_MAX: Duration = Duration::from_mins(10);

/// The transport cuts the call off at the client's own limit and tells nobody why; ours must be first.
const AHEAD_OF_TRANSPORT: Duration = Duration::from_millis(20);

/// The time that a call has.
pub(super) fn limit(traffic: Traffic, headers: &HeaderMap) -> Duration {
    let own = match traffic {
        Traffic::Unary | Traffic::Download => ANSWER_MAX,
        Traffic::Upload => UPLOAD_MAX,
    };
    let asked = headers
        .get("grpc-timeout")
        .and_then(|value| value.to_str().ok())
        .and_then(parse);
    asked.map_or(own, |asked| {
        own.min(asked.saturating_sub(AHEAD_OF_TRANSPORT))
    })
}

/// At most eight digits and a unit, as gRPC over HTTP/2 defines it; anything else asks for nothing.
fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number.checked_mul(3_600)?)),
        "M" => Some(Duration::from_secs(number.checked_mul(60)?)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_grpc_defines_is_read() {
        for (text, duration) in [
            ("1H", Some(Duration::from_hours(1))),
            ("2M", Some(Duration::from_mins(2))),
            ("3S", Some(Duration::from_secs(3))),
            ("400m", Some(Duration::from_millis(400))),
            ("99999999u", Some(Duration::from_micros(99_999_999))),
            ("5n", Some(Duration::from_nanos(5))),
            ("100000000n", None),
            ("S", None),
            ("", None),
            ("-1S", None),
            ("+1S", None),
            ("1s", None),
            ("1с", None),
        ] {
            assert_eq!(parse(text), duration, "{text}");
        }
    }

    #[test]
    fn the_shorter_of_both_limits_holds() {
        let asking = |timeout: &'static str| {
            HeaderMap::from_iter([(
                http::HeaderName::from_static("grpc-timeout"),
                http::HeaderValue::from_static(timeout),
            )])
        };
        let ms = Duration::from_millis;
        assert_eq!(limit(Traffic::Unary, &HeaderMap::new()), ANSWER_MAX);
        assert_eq!(limit(Traffic::Upload, &HeaderMap::new()), UPLOAD_MAX);
        assert_eq!(limit(Traffic::Unary, &asking("1H")), ANSWER_MAX);
        assert_eq!(limit(Traffic::Unary, &asking("2S")), ms(1_980));
        assert_eq!(limit(Traffic::Unary, &asking("40m")), ms(20));
        assert_eq!(limit(Traffic::Unary, &asking("0S")), ms(0));
        assert_eq!(limit(Traffic::Unary, &asking("soon")), ANSWER_MAX);
    }
}
