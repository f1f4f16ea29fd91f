//! Visits every state of a model, breadth first, and looks back whether each can come to rest.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use vetrina::domain::order::OrderStatus;

use super::order::Order;
use super::state::State;
use super::world::{Model, Step};

/// States after which a model counts as too large to be explored; they take about 4 GiB.
const STATES_MAX: usize = 10_000_000;

/// What an exploration without a breach has seen.
pub struct Explored {
    pub states: usize,
    pub steps: usize,
    /// States in which nothing is left to do.
    pub at_rest: usize,
    /// Steps of the longest shortest way.
    pub depth: usize,
    /// Where orders have been.
    pub statuses: Vec<OrderStatus>,
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { states, steps, at_rest, depth, .. } = self;
        write!(f, "{states} states, {steps} steps, {at_rest} at rest, depth {depth}")
    }
}

/// What went wrong, and a shortest way to it.
pub struct Breach {
    pub what: String,
    way: Vec<String>,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:\n{}", self.what, self.way.join("\n"))
    }
}

/// A state and the step by which it was first reached.
struct Visit {
    state: State,
    before: usize,
    by: Step,
    depth: usize,
}

/// Visits everything; the first breach ends it.
///
/// Safety is checked in every state. Then every state has to lead to rest by steps of the program,
/// the provider and the bank alone, however often messages were lost before.
pub fn explore(model: &Model) -> Result<Explored, Breach> {
    let begin = model.begin();
    let mut known = HashMap::from([(begin.clone(), 0_usize)]);
    let mut visits = vec![Visit { state: begin, before: 0, by: Step::Begin, depth: 0 }];
    // For each state those before it, as far as progress leads from them to it.
    let mut led_by: Vec<Vec<u32>> = vec![Vec::new()];
    let (mut place, mut steps) = (0, 0);
    while place < visits.len() {
        if let Some(what) = visits[place].state.breach() {
            return Err(breach(&visits, place, what));
        }
        for (step, next) in model.steps(&visits[place].state) {
            steps += 1;
            let depth = visits[place].depth + 1;
            let to = *known.entry(next).or_insert_with_key(|next| {
                visits.push(Visit { state: next.clone(), before: place, by: step, depth });
                led_by.push(Vec::new());
                visits.len() - 1
            });
            if step.is_progress() {
                led_by[to].push(u32::try_from(place).unwrap());
            }
        }
        assert!(visits.len() <= STATES_MAX, "the model is too large");
        place += 1;
    }
    let at_rest = check_rest(&visits, &led_by)?;
    let statuses = OrderStatus::ALL.iter().copied();
    let was_seen = |status: &OrderStatus| {
        visits.iter().any(|visit| visit.state.orders.iter().filter_map(Order::status).any(|s| s == *status))
    };
    Ok(Explored {
        states: visits.len(),
        steps,
        at_rest,
        depth: visits.last().map_or(0, |visit| visit.depth),
        statuses: statuses.filter(was_seen).collect(),
    })
}

/// Goes back from the states at rest; a state that is not met can never get there.
fn check_rest(visits: &[Visit], led_by: &[Vec<u32>]) -> Result<usize, Breach> {
    let mut can_rest: Vec<bool> = visits.iter().map(|visit| visit.state.is_at_rest()).collect();
    let mut queue: VecDeque<usize> = (0..visits.len()).filter(|place| can_rest[*place]).collect();
    let at_rest = queue.len();
    while let Some(place) = queue.pop_front() {
        for &before in &led_by[place] {
            let before = usize::try_from(before).unwrap();
            if !can_rest[before] {
                can_rest[before] = true;
                queue.push_back(before);
            }
        }
    }
    match can_rest.iter().position(|can| !can) {
        None => Ok(at_rest),
        Some(place) => Err(breach(visits, place, "this never comes to rest")),
    }
}

fn breach(visits: &[Visit], mut place: usize, what: &str) -> Breach {
    let mut way = Vec::new();
    loop {
        let Visit { state, before, by, .. } = &visits[place];
        way.push(format!("  {by:?}: {state}"));
        if *before == place {
            break;
        }
        place = *before;
    }
    way.reverse();
    Breach { what: what.to_owned(), way }
}
