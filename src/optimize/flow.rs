//! Maximum flow by Dinic's algorithm, in integers.
//!
//! The graphs here are shallow (source, terms, seats, sink), so the level
//! graph has few phases. Capacities are `i128` because a weight packs cents
//! and two tie-breakers into one number.

use std::collections::VecDeque;

/// A capacity no cut can contain.
pub const INFINITE: i128 = i128::MAX / 4;

/// A flow network.
#[derive(Debug, Default)]
pub struct Network {
    heads: Vec<Vec<u32>>,
    edges: Vec<Edge>,
}

#[derive(Debug)]
struct Edge {
    to: u32,
    capacity: i128,
}

/// A handle on an edge.
#[derive(Debug, Clone, Copy)]
pub struct EdgeId(u32);

impl Network {
    /// A network of `nodes` nodes.
    pub fn new(nodes: usize) -> Self {
        Self { heads: vec![Vec::new(); nodes], edges: Vec::new() }
    }

    /// Adds an edge and its residual twin.
    pub fn edge(&mut self, from: usize, to: usize, capacity: i128) -> EdgeId {
        let id = index(self.edges.len());
        self.edges.push(Edge { to: index(to), capacity });
        self.edges.push(Edge { to: index(from), capacity: 0 });
        self.heads[from].push(id);
        self.heads[to].push(id + 1);
        EdgeId(id)
    }

    /// The flow over an edge once [`Self::maximise`] has run.
    pub fn flow(&self, edge: EdgeId) -> i128 {
        self.edges[edge.0 as usize + 1].capacity
    }

    /// Sends as much as possible from `source` to `sink`.
    pub fn maximise(&mut self, source: usize, sink: usize) -> i128 {
        let mut total = 0;
        loop {
            let levels = self.levels(source);
            if levels[sink] == u32::MAX {
                return total;
            }
            let mut next = vec![0_usize; self.heads.len()];
            loop {
                let sent = self.augment(source, sink, &levels, &mut next);
                if sent == 0 {
                    break;
                }
                total += sent;
            }
        }
    }

    /// Nodes reachable from `source` in the residual network: the source side
    /// of the minimum cut with the fewest nodes.
    pub fn source_side(&self, source: usize) -> Vec<bool> {
        self.levels(source).into_iter().map(|level| level != u32::MAX).collect()
    }

    fn levels(&self, source: usize) -> Vec<u32> {
        let mut levels = vec![u32::MAX; self.heads.len()];
        let mut queue = VecDeque::from([source]);
        levels[source] = 0;
        while let Some(node) = queue.pop_front() {
            for &id in &self.heads[node] {
                let edge = &self.edges[id as usize];
                let to = edge.to as usize;
                if edge.capacity > 0 && levels[to] == u32::MAX {
                    levels[to] = levels[node] + 1;
                    queue.push_back(to);
                }
            }
        }
        levels
    }

    /// One augmenting path along rising levels, found without recursion: the
    /// path can be as long as the component is wide.
    fn augment(&mut self, source: usize, sink: usize, levels: &[u32], next: &mut [usize]) -> i128 {
        let mut path: Vec<u32> = Vec::new();
        let mut node = source;
        while node != sink {
            let Some(&id) = self.heads[node].get(next[node]) else {
                // Dead end: step back and never try this edge again.
                let Some(id) = path.pop() else { return 0 };
                node = self.edges[id as usize ^ 1].to as usize;
                next[node] += 1;
                continue;
            };
            let edge = &self.edges[id as usize];
            let to = edge.to as usize;
            if edge.capacity > 0 && levels[to] == levels[node] + 1 {
                path.push(id);
                node = to;
            } else {
                next[node] += 1;
            }
        }
        let sent =
            path.iter().map(|&id| self.edges[id as usize].capacity).min().unwrap_or_default();
        for &id in &path {
            self.edges[id as usize].capacity -= sent;
            self.edges[id as usize ^ 1].capacity += sent;
        }
        sent
    }
}

/// Node and edge numbers are `u32`: a component with four billion edges does
/// not fit into memory first.
fn index(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flow_of_a_small_network_equals_its_cut() {
        let mut network = Network::new(6);
        network.edge(0, 1, 16);
        network.edge(0, 2, 13);
        network.edge(2, 1, 4);
        network.edge(1, 3, 12);
        network.edge(3, 2, 9);
        network.edge(2, 4, 14);
        network.edge(4, 3, 7);
        network.edge(3, 5, 20);
        let last = network.edge(4, 5, 4);
        assert_eq!(network.maximise(0, 5), 23);
        assert_eq!(network.flow(last), 4);
        assert!(network.source_side(0)[0] && !network.source_side(0)[5]);
    }
}
