//! Compiles the contract, without protoc, and makes the policy table from its `access` options.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a build script reports by failing the build"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use prost::Message as _;
use protox::prost_reflect::{
    DescriptorPool, DynamicMessage, MethodDescriptor, ReflectMessage as _, Value,
};

const ACCESS: &str = "tizilim.options.v1.access";

fn main() {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut files = Vec::new();
    proto_files(Path::new("proto"), &mut files);
    files.sort();

    let mut compiler = protox::Compiler::new(["proto"]).expect("proto/ is there");
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(&files).expect("the contract compiles");

    let set = compiler.encode_file_descriptor_set();
    std::fs::write(out.join("contract.binpb"), &set).expect("OUT_DIR is writable");
    let pool = compiler.descriptor_pool();
    std::fs::write(out.join("access.rs"), access_table(&pool)).expect("OUT_DIR is writable");

    let set = prost_types(&set);
    tonic_prost_build::configure()
        .btree_map(".")
        .generate_default_stubs(false)
        .compile_fds(set)
        .expect("code is generated");
    println!("cargo::rerun-if-changed=proto");
}

/// All files of the contract, relative to `proto/`.
fn proto_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("proto/ is readable") {
        let path = entry.expect("proto/ is readable").path();
        if path.is_dir() {
            proto_files(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            files.push(path);
        }
    }
}

fn prost_types(set: &[u8]) -> tonic_prost_build::FileDescriptorSet {
    tonic_prost_build::FileDescriptorSet::decode(set).expect("just encoded")
}

/// One row and one `Action` for each method of the registry; a method without `access` fails here.
fn access_table(pool: &DescriptorPool) -> String {
    let mut rows = String::new();
    let mut actions = String::new();
    let services = pool
        .services()
        .filter(|service| service.package_name() == "tizilim.registry.v1");
    for method in services.flat_map(|service| service.methods().collect::<Vec<_>>()) {
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        writeln!(rows, "    {},", row(&method, &path)).expect("a String takes all");
        writeln!(
            actions,
            "/// The right to call `{path}`.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub struct {name};\n\
             impl Action for {name} {{\n    const PATH: &'static str = \"{path}\";\n}}",
            name = method.name(),
        )
        .expect("a String takes all");
    }
    format!("pub(super) const CONTRACT: &[MethodAccess] = &[\n{rows}];\n\n{actions}")
}

fn row(method: &MethodDescriptor, path: &str) -> String {
    let extension = method
        .parent_pool()
        .get_extension_by_name(ACCESS)
        .expect("options.proto is compiled");
    let options = method.options();
    assert!(
        options.has_extension(&extension),
        "{path} has no option ({ACCESS})"
    );
    let access = options.get_extension(&extension);
    let access = access.as_message().expect("Access is a message");
    let anyone = field(access, "anyone").as_bool().expect("a bool");
    let right = variant(access, "right", &field(access, "right"));
    let parties: Vec<String> = field(access, "parties")
        .as_list()
        .expect("a list")
        .iter()
        .map(|party| format!("Party::{}", variant(access, "parties", party)))
        .collect();
    assert!(
        anyone == parties.is_empty(),
        "{path} must name parties or anyone, not both"
    );
    assert!(anyone || right != "Unspecified", "{path} names no right");
    let right = if anyone {
        "None".to_owned()
    } else {
        format!("Some(Right::{right})")
    };
    let traffic = match (method.is_client_streaming(), method.is_server_streaming()) {
        (true, _) => "Traffic::Upload",
        (false, true) => "Traffic::Download",
        (false, false) => "Traffic::Unary",
    };
    format!(
        "MethodAccess {{ path: \"{path}\", parties: &[{}], right: {right}, anyone: {anyone}, \
         traffic: {traffic} }}",
        parties.join(", ")
    )
}

fn field(message: &DynamicMessage, name: &str) -> Value {
    message
        .get_field_by_name(name)
        .expect("the field exists")
        .into_owned()
}

/// `RIGHT_SUBMIT` → `Submit`, `PARTY_AUTHORIZED_BODY` → `AuthorizedBody`.
fn variant(message: &DynamicMessage, field: &str, value: &Value) -> String {
    let kind = message
        .descriptor()
        .get_field_by_name(field)
        .expect("the field exists")
        .kind();
    let kind = kind.as_enum().cloned().expect("an enum");
    let number = value.as_enum_number().expect("an enum");
    let Some(value) = kind.get_value(number) else {
        panic!("{field}: unknown value {number}")
    };
    let words = value.name().split('_').skip(1).map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_owned() + &rest.to_lowercase()
    });
    words.collect()
}
