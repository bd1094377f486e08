//! corsac's naive reference server, which shares no code with the engine.

use std::io;

use adaptor_protocol::{About, Answer, Refused, Request, locked_version, run};
use corsac::PolicyConfig;
use corsac_conformance::model::{self, ModelRequest};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let about = About {
        name: "corsac reference server",
        version: locked_version("corsac-conformance"),
        homepage: "",
        profile: Some("corsac"),
    };
    run(&about, define, evaluate)
}

fn define(policy: &PolicyConfig) -> Result<PolicyConfig, Refused> {
    let found = model::error_codes(policy);
    if found.is_empty() {
        return Ok(policy.clone());
    }
    let errors: Vec<Value> =
        found.iter().map(|(path, code)| json!({"path": path, "code": code})).collect();
    Err(Refused::Policy("the policy cannot be used".to_owned(), Some(Value::Array(errors))))
}

#[expect(clippy::unnecessary_wraps, reason = "it is what `run` takes")]
fn evaluate(policy: &PolicyConfig, request: &Request) -> Result<Answer, Refused> {
    let request = ModelRequest { method: request.method.clone(), headers: request.headers.clone() };
    let answer = model::answer(policy, &request);
    let as_text = |bytes: &Vec<u8>| bytes.iter().copied().map(char::from).collect::<String>();
    Ok(Answer {
        kind: Some(answer.kind),
        allowed: Some(answer.rejection.is_none()),
        rejection: answer.rejection.as_ref().map(|(code, value)| {
            json!({"code": code, "message": code, "value": value.as_ref().map(as_text)})
        }),
        status: answer.status,
        headers: answer.headers,
    })
}
