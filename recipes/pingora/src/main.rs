//! corsac in a pingora proxy, which decides for upstreams that should not.
//!
//! Four places: before everything, decide; then answer a preflight; on every response that comes
//! from the upstream or a cache, put the decision; and on the proxy's own errors, where no filter
//! of responses is asked.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use corsac::{OWNED_FIELDS, Policy, missing_from_vary};
use pingora_core::protocols::http::ServerSession;
use pingora_core::server::Server;
use pingora_core::server::configuration::ServerConf;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::{Error, ErrorSource, ErrorType, Result};
use pingora_http::ResponseHeader;
use pingora_proxy::{FailToProxy, ProxyHttp, Session, http_proxy_service};

struct Proxy {
    policy: Policy,
    upstream: SocketAddr,
}

/// What was decided about a request, until there is a response.
#[derive(Default)]
struct Decided {
    preflight: Option<u16>,
    fields: Vec<(&'static str, Vec<u8>)>,
}

impl Decided {
    /// Nobody else's grants stay, ours are put there, and `Vary` is merged.
    ///
    /// A `ResponseHeader` remembers the case of its names, and so is changed by name only.
    fn apply(&self, response: &mut ResponseHeader) -> Result<()> {
        for name in OWNED_FIELDS {
            response.remove_header(name);
        }
        for (name, value) in &self.fields {
            if *name == "vary" {
                let there =
                    || response.headers.get_all("vary").iter().map(|value| value.as_bytes());
                let missing: Vec<_> = missing_from_vary(there, value).collect();
                if !missing.is_empty() {
                    response.append_header(*name, missing.join(&b", "[..]))?;
                }
            } else {
                response.append_header(*name, value.as_slice())?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl ProxyHttp for Proxy {
    type CTX = Decided;

    fn new_ctx(&self) -> Decided {
        Decided::default()
    }

    /// Before every module, so that their errors have the decision too.
    async fn early_request_filter(&self, session: &mut Session, ctx: &mut Decided) -> Result<()> {
        let request = session.req_header();
        let cors = corsac::Request::from_http(&request.method, &request.headers);
        let decision = self.policy.evaluate(&cors);
        kit::log(&decision);
        let fields = decision.fields().map(|field| (field.name(), field.value().to_vec()));
        *ctx = Decided { preflight: decision.status(), fields: fields.collect() };
        Ok(())
    }

    /// A preflight is answered before authentication, which would come here after it, and before
    /// the upstream. Whatever else is answered from here is to have the decision put on it: `deny`
    /// shows how.
    async fn request_filter(&self, session: &mut Session, ctx: &mut Decided) -> Result<bool> {
        if let Some(status) = ctx.preflight {
            let mut response = ResponseHeader::build(status, None)?;
            if status != 204 {
                response.set_content_length(0)?;
            }
            ctx.apply(&mut response)?;
            session.write_response_header(Box::new(response), true).await?;
            return Ok(true);
        }
        if session.req_header().uri.path().starts_with("/internal/") {
            return deny(session, ctx).await;
        }
        Ok(false)
    }

    async fn upstream_peer(&self, _: &mut Session, _: &mut Decided) -> Result<Box<HttpPeer>> {
        let mut peer = HttpPeer::new(self.upstream, false, String::new());
        peer.options.connection_timeout = Some(Duration::from_secs(5));
        Ok(Box::new(peer))
    }

    /// Whatever the upstream answers: success, error or redirect, and from a cache too. The filter
    /// of *upstream* responses is not the place: it comes before the cache, which would then hold
    /// what was decided for somebody else.
    async fn response_filter(
        &self,
        _: &mut Session,
        response: &mut ResponseHeader,
        ctx: &mut Decided,
    ) -> Result<()> {
        ctx.apply(response)
    }

    /// The upstream is down, or breaks off: the proxy's own answer, which comes by no filter. This
    /// is pingora's own way to answer, but for the decision.
    async fn fail_to_proxy(
        &self,
        session: &mut Session,
        error: &Error,
        ctx: &mut Decided,
    ) -> FailToProxy {
        let error_code = status_of(error);
        if error_code > 0 {
            let mut response = ServerSession::generate_error(error_code);
            let answer = match ctx.apply(&mut response) {
                Ok(()) => session.as_downstream_mut().write_error_response(response, "".into()),
                Err(error) => {
                    eprintln!("no answer: {error}");
                    return FailToProxy { error_code: 0, can_reuse_downstream: false };
                }
            };
            if let Err(error) = answer.await {
                eprintln!("no answer: {error}");
            }
        }
        FailToProxy { error_code, can_reuse_downstream: false }
    }
}

/// 0 where nobody is left to answer.
fn status_of(error: &Error) -> u16 {
    use ErrorType::{ConnectionClosed, HTTPStatus, ReadError, WriteError};

    match (error.etype(), error.esource()) {
        (HTTPStatus(code), _) => *code,
        (_, ErrorSource::Upstream) => 502,
        (ReadError | WriteError | ConnectionClosed, ErrorSource::Downstream) => 0,
        (_, ErrorSource::Downstream) => 400,
        (_, ErrorSource::Internal | ErrorSource::Unset) => 500,
    }
}

/// An answer of the proxy's own, on which the decision is put by hand. `Session::respond_error`
/// would be shorter, and script would be told nothing of it.
async fn deny(session: &mut Session, ctx: &Decided) -> Result<bool> {
    let mut response = ServerSession::generate_error(403);
    ctx.apply(&mut response)?;
    session.as_downstream_mut().write_error_response(response, "".into()).await?;
    Ok(true)
}

fn main() {
    let command_line = kit::CommandLine::read();
    let upstream = command_line.rest.first().map_or("127.0.0.1:3001", String::as_str);
    let Ok(upstream) = upstream.parse() else {
        kit::give_up(&format!("{upstream} is no upstream; write an address such as 127.0.0.1:3001"))
    };
    let configuration = ServerConf {
        // When it is told to end, pingora waits five minutes for whoever may still come.
        grace_period_seconds: Some(1),
        graceful_shutdown_timeout_seconds: Some(1),
        ..ServerConf::default()
    };
    let mut server = Server::new_with_opt_and_conf(None, configuration);
    server.bootstrap();
    let proxy = Proxy { policy: command_line.policy, upstream };
    let mut service = http_proxy_service(&server.configuration, proxy);
    let address = address(command_line.port);
    service.add_tcp(&address.to_string());
    server.add_service(service);
    println!("in front of the upstream {upstream}");
    thread::spawn(move || announce(address));
    server.run_forever()
}

/// pingora binds by name only, so that any free port is looked for here.
fn address(port: u16) -> SocketAddr {
    TcpListener::bind(("127.0.0.1", port))
        .and_then(|listener| listener.local_addr())
        .unwrap_or_else(|error| {
            kit::give_up(&format!(
                "cannot listen on 127.0.0.1:{port}: {error}; name another port, or 0 for any"
            ))
        })
}

/// pingora does not say when it listens.
fn announce(address: SocketAddr) {
    while TcpStream::connect(address).is_err() {
        thread::sleep(Duration::from_millis(20));
    }
    kit::announce(address);
}
