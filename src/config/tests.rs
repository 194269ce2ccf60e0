//! The configuration as a whole.

use super::*;
use crate::provider::ContractDecision;

const FULL: &str = r#"
[listen]
address = "0.0.0.0:0"
connections_max = 10
calls_max = 5
streams_max = 2
probe_seconds = 3
drain_seconds_max = 4

[tls]
certificate = "cert.pem"
key = "key.pem"
client_ca = "clients.pem"

[callers]
file = "callers.toml"

[store]
url = "postgres://tizilim:swordfish@db.example/register"
read_connections_max = 7
statement_seconds_max = 9
documents = "papers"

[monitoring]
endpoint = "https://monitoring.example:8443"
token_file = "monitoring.token"
ca = "monitoring.pem"
lag_seconds_max = 600
mapping = "monitoring.toml"

[[sinks]]
name = "open-data"
lag_seconds_max = 7200
kind = "http"
endpoint = "https://open.example/stages"
ca = "open.pem"
mapping = "open.toml"
from = "now"
secret_files = ["new.secret", "old.secret"]
format = "binary"
source = "/register/1"

[[sinks]]
name = "archive"
lag_seconds_max = 86400
kind = "grpc"
endpoint = "http://127.0.0.1:1"
from = "start"
token_file = "archive.token"

[mail]
from = "extracts@akimat.example"
attempts_max = 3
first_retry_seconds = 5
retry_seconds_max = 50

[mail.smtp]
host = "mail.example"
tls = "implicit"
port = 465
username = "tizilim"
password_file = "smtp.password"

[signature]
trust_anchors = ["root.pem", "other.pem"]

[replica]
name = "astana-1"
lease_seconds = 5

[extract]
templates = "forms"

[rules]
file = "rules.toml"
act_title = { kk = "Бұйрық", ru = "Приказ", en = "Order" }
act_number = "1-T"
act_on = "2026-11-20"

[complaints]
quality_authority_bin = "600940000017"
[notice]
opens = "08:00"
closes = "17:00"
reminder_working_days = 2

[[notice.addressees]]
kind = "STATE_CORPORATION"
bin = "600740000012"
email = "corporation@state.example"
name = { kk = "Корпорация", ru = "Корпорация", en = "Corporation" }

[[notice.addressees]]
kind = "EGOV_OPERATOR"
bin = "600741000025"
email = "operator@state.example"
name = { kk = "Оператор", ru = "Оператор", en = "Operator" }

[[notice.addressees]]
kind = "CONTACT_CENTRE"
bin = "600741000025"
email = "centre@state.example"
name = { kk = "Орталық", ru = "Центр", en = "Centre" }

[log]
format = "json"
filter = "tizilim=debug,info"

[[providers]]
id = "almaty"
bin = "600740000012"
kato = "750000000"
opens = "08:30"
closes = "17:30"
near_due_minutes = 300
contract_decision = "OFFICER"
notice_email = "notices@akimat.example"
name = { kk = "Әкімдік", ru = "Акимат", en = "Akimat" }
head = { name = "Үлгіхан Үлгі", post = { kk = "Басшы", ru = "Руководитель", en = "Head" } }
reviewing_body = { kk = "Министрлік", ru = "Министерство", en = "Ministry" }
reviewing_body_bin = "600840000013"
"#;

fn config(text: &str) -> Result<Config, ConfigFault> {
    Config::of(text.parse().unwrap(), [])
}

fn problems(text: &str) -> Vec<String> {
    match config(text) {
        Err(ConfigFault::Invalid(problems)) => problems,
        other => panic!("not invalid: {other:?}"),
    }
}

#[test]
fn nothing_configured_is_a_service_for_oneself() {
    let config = config("").unwrap();
    assert_eq!(config.listen.address.to_string(), "127.0.0.1:50051");
    assert_eq!(config.store.url, "sqlite:./tizilim-data/register.db");
    assert_eq!(config.store.read_connections_max, 4);
    assert_eq!(config.store.statement_seconds_max, 5);
    assert!(config.tls.is_none() && config.callers.is_none() && config.sinks.is_empty());
    let Outlet::Maildir(folder) = &config.mail.outlet else {
        panic!("letters go nowhere else");
    };
    assert_eq!(folder, Path::new("./tizilim-data/mail"));
    assert_eq!(config.log.format, LogFormat::Text);
    assert_eq!(config.providers.all().count(), 0);
}

#[test]
fn what_is_in_effect_can_be_configured_again_and_shows_no_secret() {
    let shown = config(FULL).unwrap().to_string();
    assert!(!shown.contains("swordfish"), "{shown}");
    assert!(shown.contains("postgres://[secret]@db.example/register"));
    assert_eq!(config(&shown).unwrap().to_string(), shown);
    let mut given: Table = FULL.parse().unwrap();
    let mut effective: Table = shown.parse().unwrap();
    given.remove("store");
    effective.remove("store");
    assert_eq!(effective, given, "every key is in effect as it is given");
    let defaults = config("").unwrap().to_string();
    assert_eq!(config(&defaults).unwrap().to_string(), defaults);
}

#[test]
fn a_register_that_cannot_be_is_refused_without_telling_where_it_would_be() {
    for url in [
        "mysql://u:swordfish@h/r",
        "postgres://u@h/r?password=swordfish",
    ] {
        let problems = problems(&format!("store.url = '{url}'"));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("store.url m"), "{problems:?}");
        assert!(!problems[0].contains("swordfish"), "{problems:?}");
    }
    let on_a_server = config(FULL).unwrap().store;
    assert_eq!(on_a_server.read_connections_max, 7);
    let default = config("store.url = 'postgres://u@h/r'").unwrap().store;
    assert_eq!(default.read_connections_max, 16);
}

#[test]
fn a_provider_works_as_the_law_says_unless_it_says_itself() {
    let with_hours = config(FULL).unwrap();
    let provider = with_hours.providers.by_id("almaty").unwrap();
    assert_eq!(provider.hours.opens().to_string(), "08:30:00");
    let without = FULL.replace("opens = \"08:30\"\ncloses = \"17:30\"\n", "");
    let without = without.replace(
        "near_due_minutes = 300\ncontract_decision = \"OFFICER\"\n",
        "",
    );
    assert_eq!(
        (provider.near_due_minutes, provider.contract_decision),
        (300, ContractDecision::Officer)
    );
    let without = config(&without).unwrap();
    let provider = without.providers.by_id("almaty").unwrap();
    assert_eq!(provider.hours.opens().to_string(), "09:00:00");
    assert_eq!(provider.hours.closes().to_string(), "18:30:00");
    assert_eq!(
        (provider.near_due_minutes, provider.contract_decision),
        (240, ContractDecision::Automatic)
    );
    assert_eq!(provider.heads[0].name, "Үлгіхан Үлгі");
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let text = r#"
        colour = "red"
        [listen]
        address = "localhost"
        drain_seconds_max = 0
        [tls]
        certificate = "cert.pem"
        [monitoring]
        endpoint = "monitoring.example"
        lag_seconds_max = 0
        [mail]
        from = "nobody"
        maildir = "mail"
        [mail.smtp]
        tls = "some"
        username = "u"
        [log]
        format = "xml"
        filter = "a=b=c"
        [[providers]]
        id = "Алматы"
        closes = "8:00 pm"
        near_due_minutes = 0
        contract_decision = "MACHINE"
    "#;
    assert_eq!(
        problems(text),
        [
            "tls.key is required",
            "listen.address must be an address like 127.0.0.1:50051",
            "listen.drain_seconds_max must be a whole number from 1 to 600",
            "monitoring.endpoint must be an http or https address",
            "monitoring.lag_seconds_max must be a whole number from 1 to 2592000",
            "mail.from must be an e-mail address like name@example.kz",
            "mail.smtp.host is required",
            "mail.smtp.tls must be starttls, implicit or none",
            "mail.smtp.username and password_file must be given together",
            "mail.maildir must not be given together with smtp",
            "log.format must be text or json",
            "log.filter must be a level, or targets with levels",
            "providers[0].id must have 1 to 50 characters of a–z, 0–9 and '-'",
            "providers[0].bin is required",
            "providers[0].kato is required",
            "providers[0].name.kk is required",
            "providers[0].name.ru is required",
            "providers[0].name.en is required",
            "providers[0].closes must be a time like 09:00",
            "providers[0].head.name is required",
            "providers[0].head.post.kk is required",
            "providers[0].head.post.ru is required",
            "providers[0].head.post.en is required",
            "providers[0].reviewing_body.kk is required",
            "providers[0].reviewing_body.ru is required",
            "providers[0].reviewing_body.en is required",
            "providers[0].near_due_minutes must be a whole number from 1 to 4320",
            "providers[0].contract_decision must be AUTOMATIC or OFFICER",
            "colour is not a known key",
        ]
    );
}

#[test]
fn two_providers_with_one_id_are_refused() {
    let (rest, provider) = FULL.split_once("[[providers]]").unwrap();
    let text = format!("{rest}[[providers]]{provider}[[providers]]{provider}");
    assert_eq!(problems(&text), ["providers[1].id is not the only one"]);
}

#[test]
fn only_tokens_and_tls_together_open_the_service_to_others() {
    let open = "[listen]\naddress = '0.0.0.0:1'\n";
    let tls = "[tls]\ncertificate = 'c'\nkey = 'k'\n";
    let callers = "[callers]\nfile = 'f'\n";
    for (text, is_right) in [
        (open.to_owned(), false),
        (format!("{open}{tls}"), false),
        (format!("{open}{callers}"), false),
        (format!("{open}{tls}{callers}"), true),
        ("[listen]\naddress = '[::1]:1'".to_owned(), true),
    ] {
        assert_eq!(config(&text).is_ok(), is_right, "{text}");
    }
}

#[test]
fn the_environment_overrides_the_file() {
    let variables = [("TIZILIM__LISTEN__CALLS_MAX", "7"), ("HOME", "/nowhere")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::of(FULL.parse().unwrap(), variables).unwrap();
    assert_eq!(config.listen.calls_max, 7);
    assert_eq!(config.listen.streams_max, 2);
}

#[test]
fn a_file_that_is_not_there_or_no_toml_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tizilim.toml");
    let fault = Config::load(Some(&file)).unwrap_err();
    assert!(matches!(fault, ConfigFault::Unreadable { .. }));
    assert!(fault.to_string().contains("tizilim.toml"));
    std::fs::write(&file, "[listen").unwrap();
    let fault = Config::load(Some(&file)).unwrap_err();
    assert!(matches!(fault, ConfigFault::NotToml { .. }));
    std::fs::write(&file, "[listen]\ncalls_max = 9").unwrap();
    assert_eq!(Config::load(Some(&file)).unwrap().listen.calls_max, 9);
}

#[test]
fn sinks_have_names_of_their_own_and_kinds_that_exist() {
    let text = r#"
        [[sinks]]
        name = "monitoring"
        kind = "grpc"
        endpoint = "http://h"
        [[sinks]]
        name = "Open Data"
        kind = "http"
        endpoint = "ftp://h"
        from = "yesterday"
        format = "xml"
        source = "a b"
        [[sinks]]
        kind = "smtp"
        endpoint = "http://h"
        [[sinks]]
        name = "a"
        kind = "grpc"
        endpoint = "http://h"
        secret_files = ["x"]
    "#;
    assert_eq!(
        problems(text),
        [
            "sinks[0].name must be another than that of other sinks",
            "sinks[1].name must be 1 to 40 of a to z, 0 to 9 and -",
            "sinks[1].endpoint must be an http or https address",
            "sinks[1].from must be start or now",
            "sinks[1].secret_files must name at least one file",
            "sinks[1].format must be structured or binary",
            "sinks[1].source must be a URI reference",
            "sinks[2].name is required",
            "sinks[2].kind must be grpc or http",
            "sinks[3].secret_files is not a known key",
        ]
    );
}

#[test]
fn whoever_is_told_of_changes_of_the_rules_is_named_wholly_or_not_at_all() {
    let none = config("").unwrap().notice;
    assert!(none.addressees.is_empty());
    assert_eq!(none.reminder_working_days, 3);
    let all = config(FULL).unwrap();
    assert_eq!(all.notice.addressees.len(), 3);
    assert_eq!(all.notice.hours.closes().to_string(), "17:00:00");
    let provider = all.providers.by_id("almaty").unwrap();
    let email = provider.notice_email.as_ref().unwrap();
    assert_eq!(email.as_str(), "notices@akimat.example");

    let one = "[[notice.addressees]]\nkind = 'CONTACT_CENTRE'\nbin = '600740000012'\n\
               email = 'a@b.example'\nname = { kk = 'k', ru = 'r', en = 'e' }\n";
    assert_eq!(
        problems(one),
        [
            "notice.addressees must name STATE_CORPORATION once",
            "notice.addressees must name EGOV_OPERATOR once",
        ]
    );
    let wrong = "[notice]\nreminder_working_days = 0\n\
                 [[notice.addressees]]\nkind = 'AKIMAT'\nemail = 'nobody'\n";
    let told = problems(wrong).join("; ");
    for part in [
        "notice.reminder_working_days",
        "notice.addressees[0].kind must be STATE_CORPORATION, EGOV_OPERATOR or CONTACT_CENTRE",
        "notice.addressees[0].bin",
        "notice.addressees[0].name",
        "notice.addressees[0].email must be an e-mail address",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}
