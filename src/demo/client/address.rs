//! Where a program listens whose log can be read. It never waits for the program.

use std::net::SocketAddr;

/// The address of loopback in the line that says `serving`, or that the stub of the monitoring system
/// listens: in JSON or in words.
pub fn address_in(log: &str) -> Option<SocketAddr> {
    let line = log
        .lines()
        .find(|line| line.contains("serving") || line.contains("listens"))?;
    let address = line.split("127.0.0.1:").nth(1)?;
    let port: String = address.chars().take_while(char::is_ascii_digit).collect();
    format!("127.0.0.1:{port}").parse().ok()
}
