//! How the database means to run each statement that a walk makes: never over a whole growing table,
//! and never sorting one. Tables are empty here, so the planner is told to take an index if it can.

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, QueryResult,
    Statement,
};
use serde_json::Value;

use super::{traced, walk};

/// Of one row, or of a few that no application adds to.
const SMALL: &[&str] = &[
    "calendar_change",
    "calendar_day",
    "journal_head",
    "lease",
    "provider_version",
    "reader_cursor",
    "rule_set",
    "rule_set_withdrawal",
    "rules_change",
    "seaql_migrations",
    "secret",
    "sink",
];

/// What one period holds is summed up: sorting its sums is no more than that.
const SUMMED: &str = "statistics_cell";

#[tokio::test]
async fn no_statement_looks_through_a_growing_table_or_sorts_one() {
    let (town, _receiver) = walk::town("planned").await;
    walk::walk(&town, 2).await;
    let installation = town.close().await;
    let database = Planner::connect(&installation.config().store.url).await;
    let mut explained = 0;
    let mut wrong = Vec::new();
    let texts = traced::statements();
    // A text may be several statements.
    for statement in texts.iter().flat_map(|text| text.split("; ")) {
        if !["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "("]
            .iter()
            .any(|verb| statement.starts_with(verb))
        {
            continue;
        }
        explained += 1;
        let problems = database.problems(statement).await;
        if !problems.is_empty() {
            wrong.push(format!("{statement}\n    {}", problems.join("\n    ")));
        }
    }
    assert!(explained > 40, "{explained} statements were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn is_postgres(connection: &DatabaseConnection) -> bool {
    connection.get_database_backend() == DbBackend::Postgres
}

struct Planner {
    connection: DatabaseConnection,
    tables: Vec<String>,
    /// Their cost grows with what waits, not with the register.
    partial_indexes: Vec<String>,
}

impl Planner {
    async fn connect(url: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let connection = Database::connect(options).await.unwrap();
        let (tables, partial_indexes) = if is_postgres(&connection) {
            let settings = "SET enable_seqscan = off; SET enable_bitmapscan = off; \
                            SET enable_sort = off; SET enable_mergejoin = off; \
                            SET enable_hashjoin = off; SET plan_cache_mode = force_generic_plan";
            connection.execute_unprepared(settings).await.unwrap();
            (
                "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
                "SELECT indexname::text AS name FROM pg_indexes \
                 WHERE schemaname = 'public' AND indexdef LIKE '%WHERE%'",
            )
        } else {
            (
                "SELECT name FROM sqlite_schema WHERE type = 'table'",
                "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%WHERE%'",
            )
        };
        let mut planner = Self {
            connection,
            tables: Vec::new(),
            partial_indexes: Vec::new(),
        };
        planner.tables = planner.names(tables).await;
        planner.partial_indexes = planner.names(partial_indexes).await;
        planner
    }

    async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let backend = self.connection.get_database_backend();
        let rows = self
            .connection
            .query_all_raw(Statement::from_string(backend, sql));
        rows.await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    async fn names(&self, sql: &str) -> Vec<String> {
        let rows = self.rows(sql).await;
        rows.iter()
            .map(|row| row.try_get("", "name").unwrap())
            .collect()
    }

    async fn problems(&self, statement: &str) -> Vec<String> {
        if is_postgres(&self.connection) {
            self.problems_of_postgres(statement).await
        } else {
            self.problems_of_sqlite(statement).await
        }
    }

    async fn problems_of_sqlite(&self, statement: &str) -> Vec<String> {
        let explain = format!("EXPLAIN QUERY PLAN {statement}");
        let mut steps = Vec::<(i32, String)>::new();
        for row in self.rows(&explain).await {
            let (parent, step) = (row.try_get("", "parent"), row.try_get("", "detail"));
            steps.push((parent.unwrap(), step.unwrap()));
        }
        // What is sorted comes from the outermost loop beside the sorting.
        let sorts_few = |parent: i32| {
            let mut loops = steps.iter().filter(|(of, _)| *of == parent);
            let outermost = loops
                .find_map(|(_, step)| step.strip_prefix("SCAN ").or(step.strip_prefix("SEARCH ")));
            let outermost = outermost.map(first_word);
            outermost.is_some_and(|of| of == SUMMED || !self.is_growing(of))
        };
        let is_problem = |(parent, step): &&(i32, String)| match step.strip_prefix("SCAN ") {
            Some(of) => self.is_growing(first_word(of)) && !self.is_queue(of),
            None => step.contains("TEMP B-TREE") && !sorts_few(*parent),
        };
        let problems = steps.iter().filter(is_problem);
        problems.map(|(_, step)| step.clone()).collect()
    }

    /// Whether it is a table, and applications add to it; not the result of a part of a statement.
    fn is_growing(&self, name: &str) -> bool {
        self.tables.iter().any(|table| table == name) && !SMALL.contains(&name)
    }

    /// Whether only what waits is looked through: the index holds nothing else.
    fn is_queue(&self, step: &str) -> bool {
        step.split(' ')
            .any(|word| self.partial_indexes.iter().any(|index| index == word))
    }

    async fn problems_of_postgres(&self, statement: &str) -> Vec<String> {
        let types = self.types(statement).await;
        self.run(&format!("PREPARE explained {types} AS {statement}"))
            .await;
        let count = "SELECT cardinality(parameter_types) AS count FROM pg_prepared_statements \
                     WHERE name = 'explained'";
        let count: i32 = self.rows(count).await[0].try_get("", "count").unwrap();
        let values: Vec<&str> = (0..count).map(|_| "NULL").collect();
        let arguments = match values.as_slice() {
            [] => String::new(),
            values => format!("({})", values.join(", ")),
        };
        let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE explained {arguments}");
        let plan: Value = self.rows(&explain).await[0]
            .try_get("", "QUERY PLAN")
            .unwrap();
        self.run("DEALLOCATE explained").await;
        let mut problems = Vec::new();
        self.look(&plan[0]["Plan"], &mut problems);
        problems
    }

    /// The types of the columns that a batch brings, which no database can tell from the text; none
    /// for other statements.
    async fn types(&self, statement: &str) -> String {
        let sources: Vec<&str> = statement.split("UNNEST($").collect();
        let [_, first, ..] = sources.as_slice() else {
            return String::new();
        };
        let first: usize = first.split([',', ')']).next().unwrap().parse().unwrap();
        // Before the columns of the first table come numbers.
        let mut types = vec!["bigint".to_owned(); first - 1];
        for source in sources.windows(2) {
            let [before, after] = source else {
                unreachable!()
            };
            let written = ["INTO \"", "UPDATE \""].iter();
            let written = written.filter_map(|word| before.rsplit_once(word));
            let (_, table) = written.min_by_key(|(_, after)| after.len()).unwrap();
            let table = table.split('"').next().unwrap();
            let (_, columns) = after.split_once(") AS b (").unwrap();
            let columns = columns.split(')').next().unwrap().split(", ");
            types.extend(self.types_of(table, columns).await);
        }
        format!("({})", types.join(", "))
    }

    async fn types_of<'a>(
        &self,
        table: &str,
        columns: impl Iterator<Item = &'a str>,
    ) -> Vec<String> {
        let known = format!(
            "SELECT attname || ' ' || format_type(atttypid, atttypmod) AS name \
             FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0"
        );
        let known = self.names(&known).await;
        let types = columns.map(|name| {
            let name = name.trim_matches('"');
            let typed = known.iter().filter_map(|known| known.split_once(' '));
            let mut typed = typed.filter(|(known, _)| *known == name);
            let plain = match typed.next() {
                Some((_, type_name)) => type_name,
                None if name.ends_with(" is null") => "boolean",
                None => "bigint",
            };
            format!("{plain}[]")
        });
        types.collect()
    }

    async fn run(&self, sql: &str) {
        let done = self.connection.execute_unprepared(sql).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn look(&self, node: &Value, problems: &mut Vec<String>) {
        let (kind, table) = (text(node, "Node Type"), text(node, "Relation Name"));
        let index = text(node, "Index Name");
        let is_problem = match kind {
            "Seq Scan" => self.is_growing(table),
            "Index Scan" | "Index Only Scan" => {
                self.is_growing(table) && !self.is_queue(index) && node["Index Cond"].is_null()
            }
            "Sort" | "Incremental Sort" => !is_limited(node) && !is_summed(node),
            _ => false,
        };
        if is_problem {
            problems.push(format!("{kind} {table} {index}"));
        }
        for child in parts(node) {
            self.look(child, problems);
        }
    }
}

/// Whether it gives a bounded number of rows: of a loop, its outer part does.
fn is_limited(node: &Value) -> bool {
    match text(node, "Node Type") {
        "Limit" => true,
        "Nested Loop" => parts(node).next().is_some_and(is_limited),
        _ => parts(node).next().is_some() && parts(node).all(is_limited),
    }
}

fn is_summed(node: &Value) -> bool {
    text(node, "Relation Name") == SUMMED
        || parts(node).next().is_some() && parts(node).all(is_summed)
}

fn parts(node: &Value) -> impl Iterator<Item = &Value> {
    node["Plans"].as_array().into_iter().flatten()
}

fn text<'a>(node: &'a Value, key: &str) -> &'a str {
    node[key].as_str().unwrap_or_default()
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}
