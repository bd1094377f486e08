//! A WebSocket, whose handshake CORS does not cover.
//!
//! A browser connects to any WebSocket on behalf of any page, cookies and all, asks no preflight,
//! and hands every message to the page whatever the response's headers say. So it is the server
//! that must look at `Origin`, and refuse.

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use corsac::{Policy, Rejection, Verdict};

use crate::Current;

pub async fn chat(
    State(current): State<Current>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    match check(&current.load(), &headers) {
        Verdict::Allow => upgrade.on_upgrade(echo),
        Verdict::Deny(rejection) => {
            eprintln!("handshake refused: {rejection} [{}]", rejection.code());
            (StatusCode::FORBIDDEN, "not from this page").into_response()
        }
    }
}

/// Whether a handshake may go on.
///
/// One without `Origin` comes from a program, since browsers always send it. A program could send
/// any origin it likes, so to refuse it would keep out nobody but the honest; and it has no user's
/// cookies to misuse. What it may do is for authentication to say.
///
/// Mind that under a policy for any origin every page may connect, and with its user's cookies:
/// CORS without `allow_credentials` keeps those away from `fetch()`, but nothing keeps them away
/// from a handshake. Do not let cookies alone identify a user there.
fn check(policy: &Policy, headers: &HeaderMap) -> Verdict {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => Verdict::Allow,
        (Some(origin), None) => policy.check_origin(origin.as_bytes()),
        (Some(_), Some(_)) => Verdict::Deny(Rejection::OriginMultiple),
    }
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if matches!(message, Message::Text(_) | Message::Binary(_))
            && socket.send(message).await.is_err()
        {
            return;
        }
    }
}
