//! Files of an invented former register, and the program that carries them.

use std::{collections::BTreeMap, path::PathBuf};

use tempfile::TempDir;
use tizilim::courier::{Broken, ImportArgs, ServiceArgs, import};

use crate::harness::{Account, Town};

/// The cells of a row.
#[derive(Clone)]
pub(crate) struct Cells(pub(crate) BTreeMap<&'static str, String>);

impl Cells {
    pub(crate) fn set(&mut self, column: &'static str, cell: &str) {
        self.0.insert(column, cell.to_owned());
    }

    pub(crate) fn with(mut self, column: &'static str, cell: &str) -> Self {
        self.set(column, cell);
        self
    }

    /// As a request has them.
    pub(crate) fn columns(&self) -> BTreeMap<String, String> {
        let cells = self.0.iter();
        cells
            .map(|(column, cell)| ((*column).to_owned(), cell.clone()))
            .collect()
    }

    fn cell(&self, column: &str) -> String {
        self.0.get(column).cloned().unwrap_or_default()
    }
}

/// A row in which nothing is wrong, on the share of that number.
pub(crate) fn former_row(town: &Town, share_no: u32) -> Cells {
    let world = &town.world;
    let (cooperative, person) = (&world.cooperative, &world.shareholder);
    let text = |text: &str| text.to_owned();
    Cells(BTreeMap::from([
        ("source_number", share_no.to_string()),
        ("source_registered_on", text("2019-06-05")),
        ("provider_id", text(world.provider.id)),
        ("state", text("LIVE")),
        ("agreement_number", format!("2019/{share_no}")),
        ("agreement_concluded_on", text("2019-06-03")),
        ("cooperative_bin", cooperative.bin.to_string()),
        ("cooperative_name", text(cooperative.name)),
        (
            "cooperative_registration_certificate_number",
            text("1207-1910"),
        ),
        ("cooperative_registered_on", text("2018-02-01")),
        (
            "cooperative_legal_address",
            text("Көктөбе қаласы, Үлгі даңғылы, 14"),
        ),
        (
            "cooperative_actual_address",
            text("Көктөбе қаласы, Үлгі даңғылы, 14"),
        ),
        ("construction_object_kato", text("751110000")),
        (
            "construction_object_address",
            text("Көктөбе қаласы, «Үлгі» шағынауданы"),
        ),
        (
            "construction_object_cadastral_number",
            text("20:315:032:150"),
        ),
        (
            "construction_object_technical_characteristics",
            text("Кірпіш, \"9\" қабат"),
        ),
        ("construction_object_storey_count", text("9")),
        ("construction_object_total_area_dm2", text("500000")),
        ("construction_starts_on", text("2019-04-01")),
        ("construction_ends_on", text("2027-04-01")),
        ("share_kind", text("APARTMENT")),
        ("share_block", text("А")),
        ("share_floor", text("7")),
        ("share_number", share_no.to_string()),
        ("share_area_dm2", text("5430")),
        ("share_room_count", text("2")),
        ("member_share_count", text("1")),
        ("shareholder_iin", text(person.iin.as_str())),
        ("shareholder_surname", text(person.surname)),
        ("shareholder_given_name", text(person.given_name)),
        ("shareholder_patronymic", text(person.patronymic)),
        (
            "shareholder_email",
            text(person.email.as_ref().unwrap().as_str()),
        ),
        ("amendments", String::new()),
        ("termination_number", String::new()),
        ("termination_on", String::new()),
        ("termination_ground", String::new()),
    ]))
}

/// A closed entry of a former register.
pub(crate) fn closed(row: Cells, state: &str) -> Cells {
    row.with("state", state)
        .with("termination_number", "4")
        .with("termination_on", "2024-03-01")
        .with("termination_ground", "Тараптардың келісімі")
}

/// Carries files to the service of a town.
pub(crate) struct Carrier {
    folder: TempDir,
    server: String,
}

impl Carrier {
    pub(crate) const SOURCE: &str = "Бұрынғы тізілім";
    pub(crate) const ACT: &str = "№ 17 бұйрық, 2026-11-20";

    pub(crate) fn of(town: &Town) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let token = town.installation.accounts.token(Account::Operator).expose();
        std::fs::write(folder.path().join("token"), format!("{token}\n")).unwrap();
        Self {
            folder,
            server: format!("http://{}", town.address()),
        }
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    pub(crate) fn args(&self, file: PathBuf) -> ImportArgs {
        ImportArgs {
            file,
            source: Self::SOURCE.to_owned(),
            act: Self::ACT.to_owned(),
            format: None,
            delimiter: b',',
            commit: false,
            skip_broken: false,
            report: None,
            service: self.service(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The service, as an operator calls it.
    pub(crate) fn service(&self) -> ServiceArgs {
        ServiceArgs {
            server: self.server.clone(),
            token_file: self.path("token"),
            ca: None,
        }
    }

    /// The service, as another account calls it.
    pub(crate) fn service_of(&self, town: &Town, account: Account) -> ServiceArgs {
        let token = town.installation.accounts.token(account).expose();
        ServiceArgs {
            token_file: self.file("other-token", token),
            ..self.service()
        }
    }

    pub(crate) async fn run(&self, args: &ImportArgs) -> (Option<Broken>, String) {
        let mut output = Vec::new();
        let broken = import(args, &mut output).await.unwrap();
        (broken, String::from_utf8(output).unwrap())
    }

    pub(crate) async fn try_csv(&self, rows: &[Cells]) -> (Option<Broken>, String) {
        self.run(&self.args(self.file("rows.csv", csv(rows)))).await
    }

    pub(crate) async fn import_csv(&self, rows: &[Cells]) -> (Option<Broken>, String) {
        let args = ImportArgs {
            commit: true,
            ..self.args(self.file("rows.csv", csv(rows)))
        };
        self.run(&args).await
    }

    pub(crate) async fn import_jsonl(&self, rows: &[Cells]) -> (Option<Broken>, String) {
        let lines = rows
            .iter()
            .map(|row| serde_json::to_string(&row.0).unwrap());
        let text = lines.collect::<Vec<_>>().join("\n");
        let args = ImportArgs {
            commit: true,
            ..self.args(self.file("rows.jsonl", text))
        };
        self.run(&args).await
    }
}

/// Rows as RFC 4180 writes them.
pub(crate) fn csv(rows: &[Cells]) -> String {
    let header: Vec<&str> = rows[0].0.keys().copied().collect();
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Cells| {
        let cells = header.iter().map(|column| quoted(&row.cell(column)));
        cells.collect::<Vec<_>>().join(",")
    };
    let mut lines = vec![header.join(",")];
    lines.extend(rows.iter().map(line));
    lines.join("\r\n") + "\r\n"
}
