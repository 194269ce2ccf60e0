//! The contract with its comments, flattened for reading. It never says what is right.

use std::collections::BTreeMap;

use prost::Message as _;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    FileDescriptorSet, MethodDescriptorProto,
};

/// Numbers of the fields in `descriptor.proto` that a path to a comment is made of.
mod part {
    pub(super) const FILE_MESSAGE: i32 = 4;
    pub(super) const FILE_ENUM: i32 = 5;
    pub(super) const FILE_SERVICE: i32 = 6;
    pub(super) const MESSAGE_FIELD: i32 = 2;
    pub(super) const MESSAGE_ONEOF: i32 = 8;
    pub(super) const ENUM_VALUE: i32 = 2;
    pub(super) const SERVICE_METHOD: i32 = 2;
}

/// Something in the contract, with its comment.
pub(crate) struct Described<T> {
    /// `tizilim.registry.v1.Share.kind`.
    pub(crate) name: String,
    pub(crate) comment: String,
    pub(crate) is: T,
}

/// Everything in the contract that can have a comment.
#[derive(Default)]
pub(crate) struct Contract {
    pub(crate) messages: Vec<Described<DescriptorProto>>,
    pub(crate) fields: Vec<Described<FieldDescriptorProto>>,
    pub(crate) oneofs: Vec<Described<()>>,
    pub(crate) enums: Vec<Described<EnumDescriptorProto>>,
    pub(crate) values: Vec<Described<i32>>,
    pub(crate) services: Vec<Described<()>>,
    pub(crate) methods: Vec<Described<MethodDescriptorProto>>,
}

/// Reads the contract of the register and of the monitoring system.
pub(crate) fn read() -> Contract {
    let set = FileDescriptorSet::decode(tizilim::pb::CONTRACT).unwrap();
    let mut contract = Contract::default();
    for file in &set.file {
        if file.package().starts_with("tizilim.") {
            contract.add(file);
        }
    }
    contract
}

struct Comments(BTreeMap<Vec<i32>, String>);

impl Comments {
    fn of(file: &FileDescriptorProto) -> Self {
        let info = file.source_code_info.as_ref().unwrap();
        let locations = info.location.iter();
        Self(
            locations
                .map(|at| (at.path.clone(), at.leading_comments().trim().to_owned()))
                .collect(),
        )
    }

    fn describe<T>(&self, path: &[i32], name: String, is: T) -> Described<T> {
        let comment = self.0.get(path).cloned().unwrap_or_default();
        Described { name, comment, is }
    }
}

impl Contract {
    fn add(&mut self, file: &FileDescriptorProto) {
        let comments = Comments::of(file);
        let package = file.package();
        for (at, message) in (0..).zip(&file.message_type) {
            assert!(
                message.nested_type.iter().all(is_map_entry) && message.enum_type.is_empty(),
                "{package}.{}: nothing is nested",
                message.name()
            );
            let path = [part::FILE_MESSAGE, at];
            self.add_message(&comments, path, package, message);
        }
        for (at, kind) in (0..).zip(&file.enum_type) {
            let path = [part::FILE_ENUM, at];
            let name = format!("{package}.{}", kind.name());
            for (at, value) in (0..).zip(&kind.value) {
                let path = [path[0], path[1], part::ENUM_VALUE, at];
                let name = format!("{name}.{}", value.name());
                self.values
                    .push(comments.describe(&path, name, value.number()));
            }
            self.enums
                .push(comments.describe(&path, name, kind.clone()));
        }
        for (at, service) in (0..).zip(&file.service) {
            let path = [part::FILE_SERVICE, at];
            let name = format!("{package}.{}", service.name());
            for (at, method) in (0..).zip(&service.method) {
                let path = [path[0], path[1], part::SERVICE_METHOD, at];
                let name = format!("{name}.{}", method.name());
                self.methods
                    .push(comments.describe(&path, name, method.clone()));
            }
            self.services.push(comments.describe(&path, name, ()));
        }
    }

    fn add_message(
        &mut self,
        comments: &Comments,
        path: [i32; 2],
        package: &str,
        message: &DescriptorProto,
    ) {
        let name = format!("{package}.{}", message.name());
        for (at, field) in (0..).zip(&message.field) {
            let path = [path[0], path[1], part::MESSAGE_FIELD, at];
            let name = format!("{name}.{}", field.name());
            self.fields
                .push(comments.describe(&path, name, field.clone()));
        }
        for (at, oneof) in (0..).zip(&message.oneof_decl) {
            // An `optional` field makes a oneof that nobody wrote.
            if oneof.name().starts_with('_') {
                continue;
            }
            let path = [path[0], path[1], part::MESSAGE_ONEOF, at];
            let name = format!("{name}.{}", oneof.name());
            self.oneofs.push(comments.describe(&path, name, ()));
        }
        self.messages
            .push(comments.describe(&path, name, message.clone()));
    }

    /// The message of this full name, as `.tizilim.registry.v1.Share`.
    pub(crate) fn message(&self, full_name: &str) -> &DescriptorProto {
        let name = full_name.trim_start_matches('.');
        let found = self.messages.iter().find(|message| message.name == name);
        &found.unwrap().is
    }
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    let options = message.options.as_ref();
    options.is_some_and(prost_types::MessageOptions::map_entry)
}
