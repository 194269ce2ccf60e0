//! The files of an installation: configuration, callers, trusted anchor, and what the service makes.
//! It never runs anything.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use sea_orm::{Database, DatabaseConnection};
use tempfile::TempDir;
use tizilim::{config::Config, demo::World};
use tizilim_test_database::TestDatabase;

use super::Accounts;

/// A provider whose officers must see nothing of the world's.
pub(crate) const OTHER_PROVIDER: &str = "601240000014";

/// An installation in a folder that goes with the test.
pub(crate) struct Installation {
    folder: TempDir,
    database: TestDatabase,
    /// Where the register is, if not in the test's own database.
    elsewhere: OnceLock<String>,
    pub(crate) accounts: Accounts,
}

impl Installation {
    pub(crate) async fn write(
        folder: TempDir,
        world: &World,
        monitoring: SocketAddr,
        mail: SocketAddr,
    ) -> Self {
        let accounts = Accounts::of(world);
        let path = folder.path();
        std::fs::write(path.join("callers.toml"), &accounts.file).unwrap();
        std::fs::write(path.join("anchor.pem"), world.authority.anchor_pem()).unwrap();
        let seal = &world.provider.seal;
        std::fs::write(path.join("seal.pem"), seal.certificate_pem().unwrap()).unwrap();
        std::fs::write(path.join("seal.key.pem"), seal.key_pem().unwrap()).unwrap();
        let database = TestDatabase::new(path).await;
        let text = text(path, database.url(), world, monitoring, mail) + &addressees(world);
        std::fs::write(path.join("config.toml"), text).unwrap();
        Self {
            folder,
            database,
            elsewhere: OnceLock::new(),
            accounts,
        }
    }

    /// The register itself, to look at what the service left in it.
    pub(crate) async fn register(&self) -> DatabaseConnection {
        Database::connect(self.url()).await.unwrap()
    }

    /// The register itself, as whoever looks at it finds it.
    pub(crate) fn url(&self) -> &str {
        self.elsewhere
            .get()
            .map_or_else(|| self.database.url(), String::as_str)
    }

    /// Takes another database in place of the test's own; the configuration is told by who asks.
    pub(crate) fn keep_register_at(&self, url: &str) {
        self.elsewhere.set(url.to_owned()).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn config_file(&self) -> PathBuf {
        self.path().join("config.toml")
    }

    /// Replaces the extract's form by a template of one line.
    pub(crate) fn simplify_extract(&self) {
        let templates = self.path().join("templates");
        std::fs::create_dir(&templates).unwrap();
        let line = "#set document(title: \"x\")\n#json(\"data.json\").entry_number\n";
        std::fs::write(templates.join("extract.typ"), line).unwrap();
        self.configure(&format!(
            "[extract]\ntemplates = \"{}\"\n",
            templates.display()
        ));
    }

    /// Trusts nobody's signature: nothing can be verified.
    pub(crate) fn without_trust_anchors(&self) {
        let anchor = self.path().join("anchor.pem");
        self.replace(&format!("[\"{}\"]", anchor.display()), "[]");
    }

    /// Signs no case file.
    pub(crate) fn without_seal(&self) {
        self.replace(&seal(&self.path().display()), "");
    }

    /// Adds a section to the configuration.
    pub(crate) fn configure(&self, section: &str) {
        let text = std::fs::read_to_string(self.config_file()).unwrap();
        std::fs::write(self.config_file(), format!("{text}\n{section}")).unwrap();
    }

    /// Replaces a part of the configuration, which must be there.
    pub(crate) fn replace(&self, part: &str, by: &str) {
        let text = std::fs::read_to_string(self.config_file()).unwrap();
        assert!(text.contains(part), "{part}");
        std::fs::write(self.config_file(), text.replace(part, by)).unwrap();
    }

    pub(crate) fn config(&self) -> Config {
        let text = std::fs::read_to_string(self.config_file()).unwrap();
        Config::of(text.parse().unwrap(), []).unwrap()
    }
}

fn seal(folder: &impl std::fmt::Display) -> String {
    format!("[case_file]\ncertificate = \"{folder}/seal.pem\"\nkey = \"{folder}/seal.key.pem\"\n")
}

fn text(
    folder: &Path,
    register: &str,
    world: &World,
    monitoring: SocketAddr,
    mail: SocketAddr,
) -> String {
    let folder = folder.display();
    let provider = &world.provider;
    let (name, post, reviewing) = (
        &provider.name,
        &provider.head_post,
        &provider.reviewing_body,
    );
    format!(
        r#"
[listen]
address = "127.0.0.1:0"
drain_seconds_max = 10

[callers]
file = "{folder}/callers.toml"

[store]
url = "{register}"
documents = "{folder}/documents"

[monitoring]
endpoint = "http://{monitoring}"

[mail]
attempts_max = 3

[mail.smtp]
host = "127.0.0.1"
port = {port}
tls = "none"

[signature]
trust_anchors = ["{folder}/anchor.pem"]

[complaints]
quality_authority_bin = "{quality_authority}"

{seal}
[log]
format = "json"

[[providers]]
id = "{id}"
bin = "{bin}"
kato = "{kato}"
name = {{ kk = "{kk}", ru = "{ru}", en = "{en}" }}
head = {{ name = "{head}", post = {{ kk = "{post_kk}", ru = "{post_ru}", en = "{post_en}" }} }}
reviewing_body = {{ kk = "{body_kk}", ru = "{body_ru}", en = "{body_en}" }}
reviewing_body_bin = "{higher_body}"
notice_email = "{notice_email}"

[[providers]]
id = "elsewhere"
bin = "{OTHER_PROVIDER}"
kato = "710000000"
name = {{ kk = "Басқа бөлім", ru = "Другой отдел", en = "Another department" }}
head = {{ name = "Өзгеев Үлгі", post = {{ kk = "Басшы", ru = "Руководитель", en = "Head" }} }}
reviewing_body = {{ kk = "Әкімдік", ru = "Акимат", en = "Akimat" }}
"#,
        higher_body = world.higher_body,
        quality_authority = world.quality_authority,
        port = mail.port(),
        seal = seal(&folder),
        id = provider.id,
        bin = provider.bin,
        kato = provider.kato.as_str(),
        kk = name.kk,
        ru = name.ru,
        en = name.en,
        head = provider.head.full_name(),
        post_kk = post.kk,
        post_ru = post.ru,
        post_en = post.en,
        body_kk = reviewing.kk,
        body_ru = reviewing.ru,
        body_en = reviewing.en,
        notice_email = provider.notice_email.as_str(),
    )
}

/// Whom the authorized body tells of changes of the Rules beside the providers.
fn addressees(world: &World) -> String {
    format!(
        r#"
[[notice.addressees]]
kind = "STATE_CORPORATION"
bin = "{corporation}"
email = "corporation@example.org"
name = {{ kk = "Корпорация kk", ru = "Корпорация ru", en = "Corporation" }}

[[notice.addressees]]
kind = "EGOV_OPERATOR"
bin = "{egov}"
email = "egov@example.org"
name = {{ kk = "Оператор kk", ru = "Оператор ru", en = "Operator" }}

[[notice.addressees]]
kind = "CONTACT_CENTRE"
bin = "{egov}"
email = "centre@example.org"
name = {{ kk = "Орталық", ru = "Центр", en = "Centre" }}
"#,
        corporation = world.state_corporation,
        egov = world.egov_operator,
    )
}
