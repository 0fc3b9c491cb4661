//! The way to the collector: through a proxy, or to somebody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cadastre_agent::doctor::connection;
use cadastre_agent::send::{self, Address, Network};
use cadastre_collector::ingest::Settings;
use cadastre_kit::wire::{Agent, Collector};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A proxy that knows CONNECT; counts the tunnels it made.
async fn proxy() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://me:secret@{}", listener.local_addr().unwrap());
    let tunnels = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tunnels);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(tunnel(socket, Arc::clone(&counted)));
        }
    });
    (address, tunnels)
}

async fn tunnel(socket: TcpStream, counted: Arc<AtomicUsize>) {
    let mut near = BufReader::new(socket);
    let (mut target, mut known) = (String::new(), false);
    loop {
        let mut line = String::new();
        near.read_line(&mut line).await.unwrap();
        match line.trim_end().split_once(' ') {
            Some(("CONNECT", rest)) => target = rest.split(' ').next().unwrap().to_owned(),
            Some((name, value)) if name.eq_ignore_ascii_case("proxy-authorization:") => {
                known = value == "Basic bWU6c2VjcmV0";
            }
            None => break,
            Some(_) => {}
        }
    }
    if !known {
        near.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await.unwrap();
        return;
    }
    let mut far = TcpStream::connect(target).await.unwrap();
    near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    counted.fetch_add(1, Ordering::Relaxed);
    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_with_a_password_is_passed_and_sees_only_tls() {
    let collector = Collector::start().await;
    let mut agent = collector.agent().await;
    let (address, tunnels) = proxy().await;
    agent.config.proxy = Some(address.clone());
    assert!(agent.report().await.unwrap().pushed);
    assert_eq!(tunnels.load(Ordering::Relaxed), 1);
    agent.config.proxy = Some(address.replace("secret", "wrong"));
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "collector_unreachable");
    agent.config.proxy = Some("ftp://proxy".to_owned());
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "proxy_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_collector_at_the_address_is_not_trusted() {
    let (collector, other) = (Collector::start().await, Collector::start().await);
    let mut agent: Agent = collector.agent().await;
    agent.config.collector = Some(other.agents.to_string());
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "collector_not_trusted");
    assert!(agent.spool().pending().is_some());
    agent.config.collector = Some(format!("https://localhost:{}", collector.agents.port));
    assert!(agent.report().await.unwrap().pushed, "the address is not the identity");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_date_is_told_apart_from_a_wrong_collector() {
    let mut collector = Collector::start().await;
    let agent = collector.agent().await;
    collector.close().await;
    collector.clock.advance(Duration::from_secs(30 * 86_400));
    collector.listen(Settings::default()).await;
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "collector_not_now");
}

/// A proxy of SOCKS 5 with a name and a password.
async fn socks(mut near: TcpStream) {
    let mut start = [0; 2];
    near.read_exact(&mut start).await.unwrap();
    let mut methods = vec![0; usize::from(start[1])];
    near.read_exact(&mut methods).await.unwrap();
    assert!(methods.contains(&2), "it offers its name");
    near.write_all(&[5, 2]).await.unwrap();
    let mut user = [0; 2];
    near.read_exact(&mut user).await.unwrap();
    let mut name = vec![0; usize::from(user[1]) + 1];
    near.read_exact(&mut name).await.unwrap();
    let mut password = vec![0; usize::from(*name.last().unwrap())];
    near.read_exact(&mut password).await.unwrap();
    let known = name.starts_with(b"me") && password == b"secret";
    near.write_all(&[1, u8::from(!known)]).await.unwrap();
    let mut request = [0; 4];
    if near.read_exact(&mut request).await.is_err() {
        return;
    }
    let mut host = match request[3] {
        1 => vec![0; 4],
        _ => vec![0; usize::from(near.read_u8().await.unwrap())],
    };
    near.read_exact(&mut host).await.unwrap();
    let port = near.read_u16().await.unwrap();
    let mut far = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    near.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).await.unwrap();
    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_socks_is_passed() {
    let collector = Collector::start().await;
    let mut agent = collector.agent().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("socks5://me:secret@{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(socks(socket));
        }
    });
    agent.config.proxy = Some(address.clone());
    assert!(agent.report().await.unwrap().pushed);
    agent.config.proxy = Some(address.replace("secret", "wrong"));
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "collector_unreachable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_of_authorities_is_trusted_beside_the_pinned_one() {
    let collector = Collector::start().await;
    let mut agent = collector.agent().await;
    // The authority that enrolled it is gone from its state; the operator's file brings it back.
    let mut identity = agent.identity();
    let authority = std::mem::take(&mut identity.authorities).remove(0);
    agent.spool().store_identity(&identity).unwrap();
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "collector_not_trusted");
    let der = cadastre_proto::hex::decode(&authority).unwrap();
    let bundle = agent.state().join("bundle.pem");
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    std::fs::write(&bundle, format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")).unwrap();
    agent.config.ca_bundle = Some(bundle.clone());
    assert!(agent.report().await.unwrap().pushed);
    agent.config.ca_bundle = Some(bundle.with_extension("none"));
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "ca_bundle_unreadable");
}

/// What `doctor` says of the way from an agent to an address.
async fn said(agent: &Agent, address: &str, proxy: Option<String>) -> (&'static str, Vec<String>) {
    let network = Network { proxy, ca_bundle: None };
    let link = send::Link::of_agent(&agent.identity(), &network).unwrap();
    let way = send::examine(&link, &network, &address.parse::<Address>().unwrap()).await;
    let finding = connection::way(&way).finding;
    (finding.code, finding.args.into_iter().map(|(_, value)| value).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_what_stands_in_the_way() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let there = collector.agents.to_string();
    assert_eq!(said(&agent, &there, None).await.0, "doctor_collector_ok");
    assert_eq!(
        said(&agent, "https://collector.invalid:8443", None).await,
        ("doctor_no_name", vec!["collector.invalid".into()])
    );
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    assert_eq!(said(&agent, &format!("https://{closed}"), None).await, ("doctor_closed", vec![closed.clone()]));
    let (proxy, _) = proxy().await;
    assert_eq!(said(&agent, &there, Some(proxy.clone())).await.0, "doctor_collector_ok");
    let door = vec![proxy.rsplit_once('@').unwrap().1.to_owned()];
    assert_eq!(said(&agent, &there, Some(proxy.replace("secret", "wrong"))).await, ("doctor_proxy_refuses", door));
    assert_eq!(said(&agent, &there, Some(format!("http://{closed}"))).await, ("doctor_proxy_closed", vec![closed]));
    assert_eq!(said(&agent, &there, Some("http://nowhere.invalid:1".into())).await.0, "doctor_no_name");
    assert_eq!(said(&agent, &there, Some("gopher://x".into())).await.0, "proxy_invalid");
    let other = Collector::start().await;
    assert_eq!(said(&agent, &other.agents.to_string(), None).await.0, "collector_not_trusted");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_who_opens_the_connection() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let door = listener.local_addr().unwrap();
    let made = rcgen::generate_simple_self_signed(vec![cadastre_proto::limits::COLLECTOR_DNS_NAME.to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let server = rustls::ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(server));
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let _ = acceptor.accept(socket).await;
        }
    });
    let (code, told) = said(&agent, &format!("https://{door}"), None).await;
    assert_eq!((code, told.concat().contains("rcgen")), ("doctor_intercepted", true), "{told:?}");
}
