//! Every way in which buying can go, tried one by one against the real table of states.
//!
//! Buyers, provider, bank, network and clock are a small model; where an order goes is decided by
//! `vetrina::domain::transition::decide` itself. Nothing is drawn by lot: all states that can be
//! reached are visited, breadth first, so the trace of a breach is a shortest one.
//! `VETRINA_MODEL=large` tries one more buyer.

mod explore;
mod order;
mod state;
mod world;

use vetrina::domain::order::OrderStatus;
use vetrina::domain::transition::{Decision, Fact, decide};

use self::explore::{Breach, explore};
use self::world::{Model, Worker};

/// Buyers of one piece: a debug build visits their 200,000 states in seconds.
const BUYERS: usize = 3;
/// Buyers of the large model, which takes minutes and some gigabytes.
const BUYERS_LARGE: usize = 4;

fn real(buyers: usize) -> Model {
    Model { buyers, worker: Worker::Real, decide }
}

#[test]
fn no_way_of_buying_oversells_or_leaves_an_order_behind() {
    let is_large = std::env::var("VETRINA_MODEL").is_ok_and(|size| size == "large");
    let buyers = if is_large { BUYERS_LARGE } else { BUYERS };
    match explore(&real(buyers)) {
        Ok(found) => {
            println!("{buyers} buyers, 1 piece: {found}");
            // A model that does nothing breaks nothing: each way to end has to have been seen.
            for &status in OrderStatus::ALL {
                assert!(found.statuses.contains(&status), "no order was ever {status}");
            }
        }
        Err(breach) => panic!("{breach}"),
    }
}

#[test]
fn freeing_pieces_at_our_timer_is_found_out() {
    let breach = breach_of(Model { worker: Worker::FreesByItself, ..real(2) });
    assert!(breach.what.contains("can still be paid"), "{breach}");
}

#[test]
fn taking_an_unknown_session_for_one_never_made_is_found_out() {
    let breach = breach_of(Model { worker: Worker::ForgetsUnknown, ..real(2) });
    assert!(breach.what.contains("can still be paid"), "{breach}");
}

#[test]
fn trusting_the_list_before_a_refusal_is_found_out() {
    let breach = breach_of(Model { worker: Worker::TrustsList, ..real(2) });
    assert!(breach.what.contains("can still be paid"), "{breach}");
}

#[test]
fn a_table_that_ignores_late_payments_is_found_out() {
    fn deaf(status: OrderStatus, fact: Fact) -> Decision {
        match decide(status, fact) {
            Decision::SellAgain => Decision::Stay,
            decision => decision,
        }
    }
    let breach = breach_of(Model { decide: deaf, ..real(2) });
    assert!(breach.what.contains("never comes to rest"), "{breach}");
}

#[test]
fn a_table_that_frees_pieces_of_a_delayed_payment_is_found_out() {
    fn hasty(status: OrderStatus, fact: Fact) -> Decision {
        match (status, fact) {
            // What the host's button or a second timer would do to a payment on its way.
            (OrderStatus::Processing, Fact::SessionOpen) => decide(status, Fact::SessionFailed),
            _ => decide(status, fact),
        }
    }
    let breach = breach_of(Model { decide: hasty, ..real(2) });
    assert!(breach.what.contains("can still be paid"), "{breach}");
}

fn breach_of(model: Model) -> Breach {
    match explore(&model) {
        Ok(found) => panic!("nothing was found out in {found}"),
        Err(breach) => breach,
    }
}
