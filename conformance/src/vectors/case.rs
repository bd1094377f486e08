//! [`Case`]: one question, and what is expected of the answer.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::form::{Form, FormDocument, FormSchema};

/// One question, and what is expected of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Unique in its group, and never changed. With the group's it is the full id: `group/case`.
    pub id: String,
    /// What is asked, and why the answer is what it is.
    pub description: String,
    /// What it means to fail it.
    pub importance: Importance,
    /// The steps of the standards that it rests on; at least one.
    pub rests_on: Vec<Reference>,
    /// Where it comes from: a file of the Web Platform Tests, an advisory, an issue.
    pub source: Option<String>,
    /// The bugs it is there to catch.
    pub flags: Vec<Flag>,
    /// The question and the expectation.
    pub form: Form,
}

/// What it means to fail a case; in the file it is the field `kind`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Importance {
    /// A standard is broken, or somebody gets what the policy denies.
    Required,
    /// It works, and is worse than it need be: for caches, for whoever looks for a fault.
    Recommended,
    /// Implementations may differ; that they do is worth knowing.
    Informative,
}

impl Importance {
    /// The name in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Recommended => "recommended",
            Self::Informative => "informative",
        }
    }
}

/// A place in a standard.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The anchor, such as `https://fetch.spec.whatwg.org/#concept-cors-check`.
    pub spec: String,
    /// The step there, as the pinned commit counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

/// A class of bug that a case is there to catch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// The class.
    pub bug: Bug,
    /// How it shows.
    pub note: String,
    /// The advisory about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cve: Option<String>,
}

/// The classes of bugs: a closed list.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is its own name")]
pub enum Bug {
    OriginReflection,
    PrefixMatch,
    SuffixMatch,
    RegexDot,
    NullOrigin,
    CaseFolding,
    MissingVary,
    VaryClobbered,
    WildcardWithCredentials,
    PreflightMisdetection,
    Disclosure,
    DenialOfService,
    FirstLineOnly,
    FailOpen,
    ConfigNeverMatches,
    DuplicateAllowOrigin,
    AuthorizationWildcard,
    ExposeForbidden,
    SchemeDowngrade,
    PortConfusion,
    MalformedEcho,
    ListSyntax,
    CachePoisoning,
    OverStrict,
    Other,
}

/// The fields of a case but for those of its form.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Common {
    #[schemars(pattern(r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    id: String,
    description: String,
    kind: Importance,
    #[schemars(length(min = 1))]
    rests_on: Vec<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flags: Vec<Flag>,
}

impl<'de> Deserialize<'de> for Case {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Map::<String, Value>::deserialize(deserializer)?;
        // Which form it is, is told by the fields that are there; each form knows its own.
        let mut form = Map::new();
        for name in FormDocument::FIELDS {
            if let Some(value) = fields.remove(name) {
                form.insert(name.to_owned(), value);
            }
        }
        let Common { id, description, kind, rests_on, source, flags } =
            read(Value::Object(fields)).map_err(D::Error::custom)?;
        let form = FormDocument::read(form)
            .map_err(|message| D::Error::custom(format_args!("case {id:?}: {message}")))?;
        Ok(Self { id, description, importance: kind, rests_on, source, flags, form })
    }
}

/// Reads a value, and says at which path it could not be.
pub(super) fn read<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        if path == "." {
            error.into_inner().to_string()
        } else {
            format!("{path}: {}", error.into_inner())
        }
    })
}

impl Serialize for Case {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'c> {
            #[serde(flatten)]
            common: Common,
            #[serde(flatten)]
            form: &'c Form,
        }
        let common = Common {
            id: self.id.clone(),
            description: self.description.clone(),
            kind: self.importance,
            rests_on: self.rests_on.clone(),
            source: self.source.clone(),
            flags: self.flags.clone(),
        };
        Whole { common, form: &self.form }.serialize(serializer)
    }
}

impl JsonSchema for Case {
    fn schema_name() -> Cow<'static, str> {
        "Case".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        FormSchema::json_schema(generator)
    }
}
