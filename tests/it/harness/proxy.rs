//! A way to a server that a test can cut, strand, freeze, slow down and lead elsewhere.
//! It never changes a byte that it passes on.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener as Listener},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::watch,
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

/// The way; it and all that goes over it end with the value.
pub(crate) struct Proxy {
    address: SocketAddr,
    way: Arc<Way>,
    _end: DropGuard,
}

/// How connections fare. Each has a number, in the order in which they were made.
#[derive(Clone, Copy, Debug)]
struct Road {
    to: SocketAddr,
    traffic: Traffic,
    /// All connections up to this number end.
    cut_to: u32,
    /// All connections up to this number pass nothing on, not even that an end hung up.
    stranded_to: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Traffic {
    Free,
    /// Each piece that is passed on waits so long.
    Slow(Duration),
    /// Nothing passes, nothing ends.
    Frozen,
    /// Connections are not taken.
    Closed,
}

/// What a connection is cut at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    /// What was said is lost.
    Before,
    /// What was said arrives, and the answer to it is lost.
    After,
}

struct Trap {
    word: &'static [u8],
    cut: Cut,
    left: u32,
}

struct Way {
    road: watch::Sender<Road>,
    made: AtomicU32,
    trap: Mutex<Option<Trap>>,
    sprung: AtomicU32,
}

impl Proxy {
    /// Begins to listen before a server.
    pub(crate) fn before(to: SocketAddr) -> Self {
        let listener = Listener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (road, _) = watch::channel(Road {
            to,
            traffic: Traffic::Free,
            cut_to: 0,
            stranded_to: 0,
        });
        let way = Arc::new(Way {
            road,
            made: AtomicU32::new(0),
            trap: Mutex::new(None),
            sprung: AtomicU32::new(0),
        });
        let end = CancellationToken::new();
        let serving = serve(TcpListener::from_std(listener).unwrap(), Arc::clone(&way));
        let ended = end.clone();
        TaskTracker::new().spawn(ended.run_until_cancelled_owned(serving));
        Self {
            address,
            way,
            _end: end.drop_guard(),
        }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends all connections, and takes none.
    pub(crate) fn cut(&self) {
        self.change(|road, made| {
            road.traffic = Traffic::Closed;
            road.cut_to = made;
        });
    }

    /// Forgets all connections and hangs up on nobody; new ones pass.
    pub(crate) fn strand(&self) {
        self.change(|road, made| road.stranded_to = made);
    }

    /// Lets nothing pass any more, and hangs up on nobody.
    pub(crate) fn freeze(&self) {
        self.change(|road, _| road.traffic = Traffic::Frozen);
    }

    /// Lets each piece wait.
    pub(crate) fn slow(&self, pause: Duration) {
        self.change(|road, _| road.traffic = Traffic::Slow(pause));
    }

    /// Lets everything pass again that was not ended.
    pub(crate) fn restore(&self) {
        self.change(|road, _| road.traffic = Traffic::Free);
    }

    /// Ends all connections; new ones lead elsewhere.
    pub(crate) fn lead_to(&self, to: SocketAddr) {
        self.change(|road, made| {
            road.to = to;
            road.traffic = Traffic::Free;
            road.cut_to = made;
        });
    }

    /// Cuts the next connections over which a client says a word.
    pub(crate) fn cut_at(&self, word: &'static [u8], cut: Cut, times: u32) {
        let mut trap = self.way.trap.lock().unwrap_or_else(PoisonError::into_inner);
        let left = times;
        *trap = Some(Trap { word, cut, left });
    }

    /// How many connections were cut at a word.
    pub(crate) fn cuts(&self) -> u32 {
        self.way.sprung.load(Ordering::SeqCst)
    }

    fn change(&self, change: impl FnOnce(&mut Road, u32)) {
        let made = self.way.made.load(Ordering::SeqCst);
        self.way.road.send_modify(|road| change(road, made));
    }
}

impl Way {
    /// Whether the connection that says this is to be cut.
    fn springs(&self, said: &[u8]) -> Option<Cut> {
        let mut trap = self.trap.lock().unwrap_or_else(PoisonError::into_inner);
        let set = trap.as_mut().filter(|trap| trap.left > 0)?;
        let is_said = said.windows(set.word.len()).any(|word| word == set.word);
        is_said.then(|| {
            set.left -= 1;
            self.sprung.fetch_add(1, Ordering::SeqCst);
            set.cut
        })
    }
}

async fn serve(listener: TcpListener, way: Arc<Way>) {
    let connections = TaskTracker::new();
    let end = CancellationToken::new();
    let _end = end.clone().drop_guard();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let number = way.made.fetch_add(1, Ordering::SeqCst) + 1;
        let connection = Connection {
            way: Arc::clone(&way),
            number,
            is_deaf: AtomicBool::new(false),
        };
        let carried = async move { drop(connection.carry(client).await) };
        connections.spawn(end.clone().run_until_cancelled_owned(carried));
    }
}

struct Connection {
    way: Arc<Way>,
    number: u32,
    /// The client hears no answer any more.
    is_deaf: AtomicBool,
}

impl Connection {
    /// Carries both ways until either ends or the connection is cut.
    async fn carry(&self, mut client: TcpStream) -> io::Result<()> {
        let Road { to, traffic, .. } = *self.way.road.borrow();
        if traffic == Traffic::Closed {
            return Ok(());
        }
        let mut server = TcpStream::connect(to).await?;
        server.set_nodelay(true)?;
        client.set_nodelay(true)?;
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        let (mut cut, mut stranded) = (self.way.road.subscribe(), self.way.road.subscribe());
        tokio::select! {
            done = self.ask(from_client, to_server) => return done,
            done = self.answer(from_server, to_client) => return done,
            _ = cut.wait_for(|road| self.number <= road.cut_to) => return Ok(()),
            _ = stranded.wait_for(|road| self.number <= road.stranded_to) => {}
        }
        // Both ends stay open, and neither learns of the other until it is cut.
        drop(cut.wait_for(|road| self.number <= road.cut_to).await);
        Ok(())
    }

    async fn ask(&self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> io::Result<()> {
        let mut piece = vec![0; 64 * 1024];
        loop {
            let count = from.read(&mut piece).await?;
            if count == 0 {
                return Ok(());
            }
            match self.way.springs(&piece[..count]) {
                Some(Cut::Before) => return Ok(()),
                Some(Cut::After) => self.is_deaf.store(true, Ordering::SeqCst),
                None => {}
            }
            self.is_free().await;
            to.write_all(&piece[..count]).await?;
        }
    }

    async fn answer(&self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> io::Result<()> {
        let mut piece = vec![0; 64 * 1024];
        loop {
            let count = from.read(&mut piece).await?;
            if count == 0 || self.is_deaf.load(Ordering::SeqCst) {
                return Ok(());
            }
            self.is_free().await;
            to.write_all(&piece[..count]).await?;
        }
    }

    /// Waits for as long as the way does not let this connection pass.
    async fn is_free(&self) {
        let mut road = self.way.road.subscribe();
        let passes = |road: &Road| road.traffic != Traffic::Frozen;
        let traffic = road.wait_for(passes).await.map(|road| road.traffic);
        if let Ok(Traffic::Slow(pause)) = traffic {
            tokio::time::sleep(pause).await;
        }
    }
}
