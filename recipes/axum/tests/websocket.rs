//! The handshake's origin check, with a real client.

use futures_util::{SinkExt as _, StreamExt as _};
use live::case::{ANY, Case, LIST, PATTERNS};
use live::server::{Server, policies};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};

type Failed = Box<dyn std::error::Error>;

/// Connects as a page does, whose origin the browser names; or as a program that names none. Says
/// something, and gives back what it hears.
async fn chat(server: &Server, origins: &[&str]) -> Result<Message, Error> {
    let url = format!("ws://{}/chat", server.address());
    let mut request = url.into_client_request()?;
    for origin in origins {
        request.headers_mut().append("origin", HeaderValue::from_str(origin)?);
    }
    let (mut socket, _) = connect_async(request).await?;
    socket.send("is anybody there?".into()).await?;
    let heard = socket.next().await.unwrap_or(Err(Error::ConnectionClosed))?;
    socket.close(None).await?;
    Ok(heard)
}

fn is_forbidden(result: Result<Message, Error>) -> bool {
    matches!(result, Err(Error::Http(response)) if response.status() == 403)
}

async fn holds(case: &Case) -> Result<(), Failed> {
    let program = env!("CARGO_BIN_EXE_axum-recipe");
    let server = Server::start(program, &policies().join(case.file));
    for page in case.allowed {
        assert_eq!(chat(&server, &[page]).await?, "is anybody there?".into(), "{page}");
    }
    for page in case.refused {
        assert!(is_forbidden(chat(&server, &[page]).await), "{page} is let in");
    }
    // A program.
    assert_eq!(chat(&server, &[]).await?, "is anybody there?".into());
    // Something that names two, of which one is allowed.
    let two = [case.allowed[0], "https://evil.example"];
    assert!(is_forbidden(chat(&server, &two).await), "two origins are let in");
    Ok(())
}

#[tokio::test]
async fn any_origin() -> Result<(), Failed> {
    holds(&ANY).await
}

#[tokio::test]
async fn a_list_with_credentials() -> Result<(), Failed> {
    holds(&LIST).await
}

#[tokio::test]
async fn patterns() -> Result<(), Failed> {
    holds(&PATTERNS).await
}
