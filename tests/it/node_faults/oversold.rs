//! Everybody wants the same few pieces at three nodes, one of which is killed in the middle.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use futures_util::future::join_all;
use vetrina::domain::ids::{ProductId, ShopId};
use vetrina::storage::{Database, OrderFilter};

use super::buyer::{Bought, Buyer};
use super::{BACK_WITHIN, Nodes, comes_true, number};
use crate::support::within;

const STOCK: i64 = 20;
/// The node that is killed.
const KILLED: usize = 2;
/// It is killed when so many pieces are taken.
const TAKEN_AT_KILL: i64 = 5;
/// How long the rush may take in all.
const ANSWERED_WITHIN: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_piece_is_sold_twice_when_a_node_is_killed_in_the_rush() {
    let Some(mut nodes) = Nodes::open(STOCK).await else { return };
    let count = number("VETRINA_NODE_BUYERS", 600);
    let buyers: Vec<Buyer> = (0..count).map(|_| Buyer::new(&nodes)).collect();
    let doors: Vec<_> = (0..count).map(|number| nodes.addresses[number % nodes.addresses.len()]).collect();
    let auditor = Auditor::of(&nodes);
    let rush = join_all(buyers.iter().zip(&doors).map(|(buyer, door)| buyer.buy(*door)));
    let kill = async {
        let taken = async || auditor.taken.load(Relaxed) >= TAKEN_AT_KILL;
        comes_true("some pieces to be taken", BACK_WITHIN, taken).await;
        nodes.kill(KILLED);
    };
    let all = tokio::time::timeout(ANSWERED_WITHIN, async { tokio::join!(rush, kill).0 });
    let bought = tokio::select! {
        () = auditor.audit() => unreachable!("an auditor never ends"),
        bought = all => bought.expect("everybody has an answer in time"),
    };
    let cut_off = bought.iter().filter(|bought| bought.cut_off > 0).count();
    println!("{} looks of the auditor, {cut_off} buyers were cut off", auditor.looks.load(Relaxed));
    assert!(cut_off > 0, "the node was killed in the middle of it");
    let winners = check_answers(&nodes, &buyers, &bought).await;

    // Some pay, by way of the nodes that are left, one of which may not know the session yet.
    let paying = winners.iter().step_by(2);
    let paid = paying.clone().count();
    let pay = join_all(paying.zip([0, 1].into_iter().cycle()).map(|((buyer, id), node)| {
        let (buyer, door) = (&buyers[*buyer], nodes.addresses[node]);
        async move { buyer.pay(door, id).await }
    }));
    tokio::select! {
        () = auditor.audit() => unreachable!("an auditor never ends"),
        _ = pay => {}
    }
    let paid = i64::try_from(paid).expect("a few");
    within("what was paid to be sold", async {
        while nodes.stall.stored_counts().await != (0, STOCK - paid, paid) {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// Each answer is true: as many won as there were pieces, each with an order of their own. Answers the
/// winners with their checkouts.
async fn check_answers(nodes: &Nodes, buyers: &[Buyer], bought: &[Bought]) -> Vec<(usize, String)> {
    let won = |bought: &Bought| bought.answer.body["id"].as_str().map(str::to_owned);
    let winners: Vec<(usize, String)> =
        bought.iter().enumerate().filter_map(|(buyer, bought)| Some((buyer, won(bought)?))).collect();
    let mut tx = nodes.stall.server.database.read().await.expect("the database reads");
    let filter = OrderFilter { show: Some(nodes.stall.show), ..OrderFilter::default() };
    let orders = tx.list_orders(nodes.stall.seed.shop, &filter, 1_000).await.expect("the query runs");
    drop(tx);
    assert!(orders.iter().all(|order| order.status.holds_stock()), "{orders:?}");
    let in_table: BTreeSet<String> = orders.iter().map(|order| order.id.to_string()).collect();
    let acknowledged: BTreeSet<String> = winners.iter().map(|(_, id)| id.clone()).collect();
    assert_eq!(acknowledged, in_table);
    let people: BTreeSet<_> = orders.iter().map(|order| order.viewer_id).collect();
    assert_eq!((people.len(), winners.len()), (orders.len(), orders.len()), "one order for each winner");
    assert_eq!(i64::try_from(orders.len()).expect("a few"), STOCK);
    // The same click once more, at another node, is the same order.
    for (buyer, id) in &winners {
        let again = buyers[*buyer].buy(nodes.addresses[0]).await;
        assert_eq!((again.answer.status.as_u16(), &again.answer.body["id"]), (201, &id.as_str().into()));
    }
    winners
}

/// Looks at the table all the time.
struct Auditor {
    database: Database,
    shop: ShopId,
    product: ProductId,
    taken: AtomicI64,
    looks: AtomicI64,
}

impl Auditor {
    fn of(nodes: &Nodes) -> Self {
        Self {
            database: nodes.stall.server.database.clone(),
            shop: nodes.stall.seed.shop,
            product: nodes.stall.product.id,
            taken: AtomicI64::default(),
            looks: AtomicI64::default(),
        }
    }

    /// Fails as soon as more is taken than there is, or the counters and the orders disagree.
    async fn audit(&self) {
        let mut moments = tokio::time::interval(Duration::from_millis(10));
        moments.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            moments.tick().await;
            let mut tx = self.database.read().await.expect("the database reads");
            let product = tx.find_product(self.shop, self.product).await.expect("the query runs");
            let breaches = tx.list_stock_breaches(10).await.expect("the query runs");
            drop(tx);
            let variant = &product.expect("the product is there").variants[0];
            let (available, taken) = (variant.available.get(), variant.reserved.get() + variant.sold.get());
            assert!(available >= 0 && taken <= STOCK && available + taken == STOCK, "{variant:?}");
            assert_eq!(breaches, []);
            self.taken.store(taken, Relaxed);
            self.looks.fetch_add(1, Relaxed);
        }
    }
}
