//! [`PolicyDocument`]: a policy as it stands in a vector file, sound or not.

use std::borrow::Cow;

use corsac::PolicyConfig;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::document::{Checked, Document};

/// A policy as it is written: any object, so that what is wrong with one can be a case too.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct PolicyDocument(Map<String, Value>);

/// The fields of a policy in the order in which they are written; others come after them.
const ORDER: [&str; 13] = [
    "allow_origins",
    "allow_methods",
    "allow_headers",
    "expose_headers",
    "allow_credentials",
    "max_age",
    "preflight_status",
    "allow_private_network",
    "diagnostics",
    "dynamic_origins",
    "dangerously_allow_null_origin",
    "dangerously_allow_insecure_origins",
    "dangerously_allow_public_suffix_wildcards",
];

impl PolicyDocument {
    /// The fields.
    #[must_use]
    pub fn fields(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The document as a JSON value, such as `define` is given.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// Compiles it, or says all that is wrong with it.
    #[must_use]
    pub fn check(&self) -> Checked {
        // An object of JSON is a document; there is nothing in it that could be refused here.
        serde_json::from_value::<Document>(self.to_value())
            .map(|document| document.check())
            .unwrap_or_default()
    }

    /// The same as plain data, for the reference server; `None` where a field is of a wrong type.
    #[must_use]
    pub fn to_config(&self) -> Option<PolicyConfig> {
        serde_json::from_value(self.to_value()).ok()
    }
}

impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = |name: &str| ORDER.iter().position(|field| *field == name);
        let mut fields: Vec<_> = self.0.iter().collect();
        fields.sort_by_key(|(name, _)| (place(name).unwrap_or(ORDER.len()), name.as_str()));
        let mut map = serializer.serialize_map(Some(fields.len()))?;
        for (name, value) in fields {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl JsonSchema for PolicyDocument {
    fn schema_name() -> Cow<'static, str> {
        "PolicyDocument".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A policy document; its own schema is what `corsac schema` prints.",
            "type": "object",
        })
    }
}
