//! What script asks for and what is answered, as documents: `fetch` and `response` of the oracle's
//! protocol, and of a recorded exchange.

use std::borrow::Cow;
use std::fmt;

use corsac::fetch::{Body, Browser, Credentials, Fetch, Initiator, Mode, Redirect, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

use crate::isomorphic;

/// Bytes in isomorphic encoding, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByteString(pub Vec<u8>);

impl<'de> Deserialize<'de> for ByteString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = isomorphic::encode(&text).map(|bytes| Self(bytes.into_owned()));
        bytes.ok_or_else(|| de::Error::custom("a character above U+00FF stands for no byte"))
    }
}

impl Serialize for ByteString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&isomorphic::decode(&self.0))
    }
}

impl JsonSchema for ByteString {
    fn schema_name() -> Cow<'static, str> {
        "ByteString".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Bytes in isomorphic encoding: a code point for each.",
            "type": "string",
            "pattern": "^[\\u0000-\\u00FF]*$",
        })
    }
}

impl From<&str> for ByteString {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

/// Leaves a field out where it says no more than its absence.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What script asked for.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FetchDocument {
    /// Where it goes.
    pub url: String,
    /// The page's origin, serialized, or `null`.
    pub origin: String,
    /// The method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<ByteString>,
    /// The author's headers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub headers: Vec<(ByteString, ByteString)>,
    /// `cors`, `no-cors` or `same-origin`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mode: ModeName,
    /// `same-origin`, `omit` or `include`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub credentials: CredentialsName,
    /// `follow`, `error` or `manual`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub redirect: RedirectName,
    /// Whether there is an upload listener.
    #[serde(default, skip_serializing_if = "is_default")]
    pub use_preflight: bool,
    /// `bytes` or `stream`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyName>,
    /// `fetch` or `xmlhttprequest`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub initiator: InitiatorName,
}

/// Declares the names of an enumeration of the engine's.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident of $of:ident: $($text:literal => $variant:ident),+ ; $default:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema, clap::ValueEnum,
        )]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`")]
                #[serde(rename = $text)]
                #[value(name = $text)]
                $variant,
            )+
        }

        impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        }

        impl From<$name> for $of {
            fn from(name: $name) -> Self {
                match name {
                    $($name::$variant => Self::$variant,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $text,)+
                })
            }
        }
    };
}

names! {
    /// A request's mode.
    ModeName of Mode: "cors" => Cors, "no-cors" => NoCors, "same-origin" => SameOrigin; Cors
}
names! {
    /// A request's credentials mode.
    CredentialsName of Credentials:
    "same-origin" => SameOrigin, "omit" => Omit, "include" => Include; SameOrigin
}
names! {
    /// A request's redirect mode.
    RedirectName of Redirect: "follow" => Follow, "error" => Error, "manual" => Manual; Follow
}
names! {
    /// A request's body.
    BodyName of Body: "bytes" => Bytes, "stream" => Stream; Bytes
}
names! {
    /// The interface that script used.
    InitiatorName of Initiator: "fetch" => Fetch, "xmlhttprequest" => XmlHttpRequest; Fetch
}
names! {
    /// Whose behaviour is followed.
    BrowserName of Browser:
    "fetch" => Fetch, "chromium" => Chromium, "firefox" => Firefox, "webkit" => WebKit; Fetch
}

/// A part of a [`FetchDocument`] that is none: its path, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// Such as `headers[2]`.
    pub path: String,
    /// A sentence for a person.
    pub message: String,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for Unusable {}

impl FetchDocument {
    /// What the engine takes.
    ///
    /// # Errors
    /// [`Unusable`], when the URL, the origin or a header is none.
    pub fn to_fetch(&self) -> Result<Fetch, Unusable> {
        use corsac::fetch::FetchError;
        let unusable = |path: &str, error: FetchError| Unusable {
            path: path.to_owned(),
            message: error.to_string(),
        };
        let mut fetch = Fetch::new(&self.url, &self.origin).map_err(|error| match error {
            FetchError::Url(_) => unusable("url", error),
            error => unusable("origin", error),
        })?;
        if let Some(method) = &self.method {
            fetch.set_method(&method.0);
        }
        for (at, (name, value)) in self.headers.iter().enumerate() {
            fetch
                .push_header(&name.0, &value.0)
                .map_err(|error| unusable(&format!("headers[{at}]"), error))?;
        }
        fetch.set_mode(self.mode.into());
        fetch.set_credentials(self.credentials.into());
        fetch.set_redirect(self.redirect.into());
        fetch.set_use_preflight(self.use_preflight);
        fetch.set_body(self.body.map_or(Body::None, Body::from));
        fetch.set_initiator(self.initiator.into());
        Ok(fetch)
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseDocument {
    /// The status.
    pub status: u16,
    /// The header lines.
    #[serde(default, skip_serializing_if = "is_default")]
    pub headers: Vec<(ByteString, ByteString)>,
}

impl ResponseDocument {
    /// What the engine takes.
    #[must_use]
    pub fn to_response(&self) -> Response {
        let mut response = Response::new(self.status);
        for (name, value) in &self.headers {
            response.push_header(&name.0, &value.0);
        }
        response
    }
}
