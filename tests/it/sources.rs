//! The source files of the repository, as text. It never compiles or changes them.

use std::path::{Path, PathBuf};

/// One file.
pub(crate) struct Source {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files of ours.
pub(crate) fn all() -> Vec<Source> {
    let mut paths = vec![root().join("build.rs")];
    for folder in ["src", "migrations", "tests", "benches"] {
        collect(&root().join(folder), &mut paths);
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// The files of the library that are built into the service, without their tests.
pub(crate) fn shipped() -> Vec<Source> {
    let mut sources = all();
    sources.retain(|source| source.path.starts_with("src/") && !is_test(&source.path));
    for source in &mut sources {
        let end = source.text.find("#[cfg(test)]\nmod tests {");
        source.text.truncate(end.unwrap_or(source.text.len()));
    }
    assert!(sources.len() > 100, "the sources are found");
    sources
}

impl Source {
    /// The code, without comments.
    pub(crate) fn code(&self) -> String {
        let without = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
        self.text
            .lines()
            .map(without)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The module of the library: `src/rpc/page.rs` and `src/serve.rs` are of `rpc` and `serve`.
    pub(crate) fn module(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let first = inner.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// Files that only `cfg(test)` lets in.
fn is_test(path: &str) -> bool {
    path.contains("/tests/")
        || ["tests.rs", "test_support.rs", "fixture.rs", "matrix.rs"]
            .iter()
            .any(|name| path.ends_with(&format!("/{name}")))
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = folder.read_dir() else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn read(path: &Path) -> Source {
    let inner = path.strip_prefix(root()).unwrap();
    let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    Source {
        path: parts.join("/"),
        text: std::fs::read_to_string(path).unwrap(),
    }
}
