//! [`Question`]: a line of JSON, read once and with nothing copied that need not be.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use corsac::Request;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use serde_json::value::RawValue;

use super::answer::OracleError;
use crate::document::Document;
use crate::exchange::{BrowserName, FetchDocument, ResponseDocument};
use crate::isomorphic;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Hello,
    Define,
    Lint,
    Evaluate,
    Judge,
    Simulate,
}

impl Op {
    pub(super) const ALL: [(&'static str, Self); 6] = [
        ("hello", Self::Hello),
        ("define", Self::Define),
        ("lint", Self::Lint),
        ("evaluate", Self::Evaluate),
        ("judge", Self::Judge),
        ("simulate", Self::Simulate),
    ];

    /// The fields that a question of this kind may have besides `op` and `id`.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Hello => &["protocol"],
            Self::Define => &["name", "policy"],
            Self::Lint => &["policy"],
            Self::Evaluate => &["policy", "request"],
            Self::Judge => &["fetch", "responses", "browser", "cache", "now"],
            Self::Simulate => &["policy", "fetch", "response", "browser", "cache", "now"],
        }
    }
}

/// A question. Which fields it has depends on the `op`.
pub(super) struct Question<'q> {
    pub(super) op: Op,
    pub(super) id: Option<&'q RawValue>,
    pub(super) protocol: Option<u64>,
    pub(super) name: Option<Text<'q>>,
    pub(super) policy: Option<PolicyRef<'q>>,
    pub(super) request: Option<RequestFields<'q>>,
    pub(super) handshake: HandshakeFields<'q>,
}

/// The fields of `judge` and `simulate`.
#[derive(Default)]
pub(super) struct HandshakeFields<'q> {
    pub(super) fetch: Option<FetchDocument>,
    pub(super) responses: Option<Vec<ResponseDocument>>,
    pub(super) response: Option<ResponseDocument>,
    pub(super) browser: BrowserName,
    pub(super) cache: Option<Text<'q>>,
    pub(super) now: Duration,
}

/// The line as it is, before the fields are held against the `op`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'q> {
    #[serde(borrow)]
    op: Text<'q>,
    #[serde(borrow, default)]
    id: Option<&'q RawValue>,
    #[serde(default)]
    protocol: Option<u64>,
    #[serde(borrow, default)]
    name: Option<Text<'q>>,
    #[serde(borrow, default)]
    policy: Option<PolicyRef<'q>>,
    #[serde(borrow, default)]
    request: Option<Object<RequestFields<'q>>>,
    #[serde(default)]
    fetch: Option<Object<FetchDocument>>,
    #[serde(default)]
    responses: Option<Vec<Object<ResponseDocument>>>,
    #[serde(default)]
    response: Option<Object<ResponseDocument>>,
    #[serde(default)]
    browser: Option<BrowserName>,
    #[serde(borrow, default)]
    cache: Option<Text<'q>>,
    #[serde(default)]
    now: Option<f64>,
}

/// The id of a question that could not be read, and why it could not.
type Unreadable = (Option<Box<RawValue>>, OracleError);

impl<'q> Question<'q> {
    pub(super) fn parse(line: &'q [u8]) -> Result<Self, Unreadable> {
        let question: Object<Line<'q>> =
            serde_json::from_slice(line).map_err(|error| explain(line, &error))?;
        let question = question.0;
        let refuse = |error| (question.id.map(ToOwned::to_owned), error);
        let Some((_, op)) = Op::ALL.into_iter().find(|(name, _)| *name == question.op.as_str())
        else {
            return Err(refuse(OracleError::unknown_op(question.op.as_str())));
        };
        let given = [
            ("protocol", question.protocol.is_some()),
            ("name", question.name.is_some()),
            ("policy", question.policy.is_some()),
            ("request", question.request.is_some()),
            ("fetch", question.fetch.is_some()),
            ("responses", question.responses.is_some()),
            ("response", question.response.is_some()),
            ("browser", question.browser.is_some()),
            ("cache", question.cache.is_some()),
            ("now", question.now.is_some()),
        ];
        for (field, is_given) in given {
            if is_given && !op.fields().contains(&field) {
                return Err(refuse(OracleError::bad_request(field, "this op has no such field")));
            }
        }
        let Ok(now) = Duration::try_from_secs_f64(question.now.unwrap_or_default()) else {
            let message = "this is no number of seconds";
            return Err(refuse(OracleError::bad_request("now", message)));
        };
        let Line { id, protocol, name, policy, request, .. } = question;
        let request = request.map(|request| request.0);
        let handshake = HandshakeFields {
            fetch: question.fetch.map(|fetch| fetch.0),
            responses: question
                .responses
                .map(|responses| responses.into_iter().map(|response| response.0).collect()),
            response: question.response.map(|response| response.0),
            browser: question.browser.unwrap_or_default(),
            cache: question.cache,
            now,
        };
        Ok(Self { op, id, protocol, name, policy, request, handshake })
    }
}

/// Reads the line once more, slowly, to tell what is wrong with it and whose question it was.
#[cold]
fn explain(line: &[u8], error: &serde_json::Error) -> Unreadable {
    #[derive(Deserialize)]
    struct Id {
        id: Option<Box<RawValue>>,
    }
    let id = serde_json::from_slice::<Object<Id>>(line).ok().and_then(|line| line.0.id);
    let mut track = serde_json::Deserializer::from_slice(line);
    let (path, message) = match serde_path_to_error::deserialize::<_, Object<Line<'_>>>(&mut track)
    {
        Err(error) if !error.inner().is_syntax() && !error.inner().is_eof() => {
            let path = error.path().to_string();
            (Some(path).filter(|path| path != "."), error.inner().to_string())
        }
        _ => (None, error.to_string()),
    };
    // An unknown field has no path of its own yet.
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    let path = match (path, unknown) {
        (Some(path), Some((field, _)))
            if path != field && !path.ends_with(&format!(".{field}")) =>
        {
            Some(format!("{path}.{field}"))
        }
        (None, Some((field, _))) => Some(field.to_owned()),
        (path, _) => path,
    };
    (id, OracleError::bad_line(path, message))
}

/// A JSON object, and not the list of its values, which serde would take as well.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Fields(PhantomData))
    }
}

/// A string, borrowed from the line unless there are escapes in it.
#[derive(Clone, Debug)]
pub(super) struct Text<'q>(Cow<'q, str>);

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

struct TextVisitor;

impl<'q> Visitor<'q> for TextVisitor {
    type Value = Text<'q>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'q str) -> Result<Text<'q>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'q>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

impl<'q, 'de: 'q> Deserialize<'de> for Text<'q> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

/// Bytes in isomorphic encoding.
#[derive(Clone, Debug)]
pub(super) struct Bytes<'q>(Cow<'q, [u8]>);

impl<'q, 'de: 'q> Deserialize<'de> for Bytes<'q> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || de::Error::custom("a character above U+00FF stands for no byte");
        match Text::deserialize(deserializer)?.0 {
            Cow::Borrowed(text) => isomorphic::encode(text).map(Bytes).ok_or_else(wrong),
            Cow::Owned(text) => isomorphic::encode(&text)
                .map(|bytes| Bytes(Cow::Owned(bytes.into_owned())))
                .ok_or_else(wrong),
        }
    }
}

/// A request as it arrived.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestFields<'q> {
    #[serde(borrow)]
    method: Bytes<'q>,
    #[serde(borrow)]
    headers: Vec<(Bytes<'q>, Bytes<'q>)>,
}

impl RequestFields<'_> {
    pub(super) fn to_request(&self) -> Request<'_> {
        let fields = self.headers.iter().map(|(name, value)| (&name.0, &*value.0));
        Request::from_fields(&*self.method.0, fields)
    }
}

/// A policy: the name of one, or a document.
pub(super) enum PolicyRef<'q> {
    Name(Text<'q>),
    Document(Document),
}

impl<'q, 'de: 'q> Deserialize<'de> for PolicyRef<'q> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'q> Visitor<'q> for Either {
            type Value = PolicyRef<'q>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a policy or the name of one")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'q str) -> Result<Self::Value, E> {
                TextVisitor.visit_borrowed_str(text).map(PolicyRef::Name)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                TextVisitor.visit_str(text).map(PolicyRef::Name)
            }

            fn visit_map<M: MapAccess<'q>>(self, map: M) -> Result<Self::Value, M::Error> {
                Document::deserialize(MapAccessDeserializer::new(map)).map(PolicyRef::Document)
            }
        }

        deserializer.deserialize_any(Either)
    }
}
