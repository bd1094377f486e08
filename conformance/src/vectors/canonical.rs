//! The one way to write a vector file: two spaces, what fits on a line of 100 on one line, and
//! nothing but printable ASCII, so that a difference between two files is one of their meaning.

use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serialize;

/// The longest line that holds more than one value, in characters.
const WIDTH: usize = 100;

/// Writes a value canonically, with a line break at its end.
///
/// # Errors
/// A message, when it cannot be written as JSON at all.
pub fn write(value: &impl Serialize) -> Result<String, String> {
    // Through text, since a `serde_json::Value` does not keep the order of fields.
    let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
    let node: Node = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut output = String::with_capacity(text.len().saturating_mul(2));
    node.write(&mut output, 0, 0);
    output.push('\n');
    Ok(output)
}

/// JSON whose objects keep their order.
enum Node {
    /// A literal, a number or a string, as it is written.
    Leaf(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Writes it at an indentation, with `after` characters to come behind it on its last line.
    fn write(&self, output: &mut String, indent: usize, after: usize) {
        let start = output.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let column = output.len().saturating_sub(start);
        let flat = self.flat();
        if column.saturating_add(flat.len()).saturating_add(after) <= WIDTH {
            output.push_str(&flat);
            return;
        }
        let inner = indent.saturating_add(2);
        match self {
            Self::Leaf(text) => output.push_str(text),
            Self::List(members) => {
                output.push('[');
                for (at, member) in members.iter().enumerate() {
                    new_line(output, at, inner);
                    member.write(output, inner, 1);
                }
                close(output, indent, ']');
            }
            Self::Object(fields) => {
                output.push('{');
                for (at, (name, value)) in fields.iter().enumerate() {
                    new_line(output, at, inner);
                    output.push_str(name);
                    output.push_str(": ");
                    value.write(output, inner, 1);
                }
                close(output, indent, '}');
            }
        }
    }

    /// All of it on one line.
    fn flat(&self) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::List(members) => {
                let members: Vec<String> = members.iter().map(Self::flat).collect();
                format!("[{}]", members.join(", "))
            }
            Self::Object(fields) if fields.is_empty() => "{}".to_owned(),
            Self::Object(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| format!("{name}: {}", value.flat()))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
        }
    }
}

fn new_line(output: &mut String, at: usize, indent: usize) {
    output.push_str(if at == 0 { "\n" } else { ",\n" });
    output.extend(std::iter::repeat_n(' ', indent));
}

fn close(output: &mut String, indent: usize, bracket: char) {
    output.push('\n');
    output.extend(std::iter::repeat_n(' ', indent));
    output.push(bracket);
}

/// A string of JSON in printable ASCII.
fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            ' '..='~' => quoted.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(quoted, "\\u{unit:04x}");
                }
            }
        }
    }
    quoted.push('"');
    quoted
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Leaf(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
                Ok(Node::Leaf(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
                Ok(Node::Leaf(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
                Ok(Node::Leaf(format!("{value:?}")))
            }

            fn visit_str<E>(self, value: &str) -> Result<Node, E> {
                Ok(Node::Leaf(quote(value)))
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Leaf("null".to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = list.next_element()? {
                    members.push(member);
                }
                Ok(Node::List(members))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Node>()? {
                    fields.push((quote(&name), value));
                }
                Ok(Node::Object(fields))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_on_one_line() {
        let short = serde_json::json!({"a": [1, true, null, "\u{e9}\u{1f600}\"\u{7f}"], "b": {}});
        assert_eq!(
            write(&short).unwrap(),
            "{ \"a\": [1, true, null, \"\\u00e9\\ud83d\\ude00\\\"\\u007f\"], \"b\": {} }\n"
        );
        let long = serde_json::json!({"a": ["x".repeat(60), "y".repeat(60)]});
        let (x, y) = ("x".repeat(60), "y".repeat(60));
        assert_eq!(
            write(&long).unwrap(),
            format!("{{\n  \"a\": [\n    \"{x}\",\n    \"{y}\"\n  ]\n}}\n")
        );
    }

    #[test]
    fn a_line_holds_a_hundred_characters() {
        let at = |length: usize| write(&vec!["x".repeat(length)]).unwrap();
        assert_eq!(at(96).lines().count(), 1);
        assert_eq!(at(97).lines().count(), 3);
    }
}
