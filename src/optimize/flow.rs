//! Maximum flow by Dinic's algorithm, in integers.
//!
//! The graphs here are shallow (source, terms, seats, sink), so the level
//! graph has few phases. Capacities are `i128` because a weight packs cents
//! and two tie-breakers into one number.

/// A capacity no cut can contain.
pub const INFINITE: i128 = i128::MAX / 4;

/// A flow network. Edge `2n` and its residual twin `2n + 1` stand side by
/// side; the edges of a node are listed once all of them are known.
#[derive(Debug, Default)]
pub struct Network {
    nodes: usize,
    /// End of each edge; the start is the end of its twin.
    to: Vec<u32>,
    capacity: Vec<i128>,
    /// Where the edges of a node begin in `leaving`, and where they end.
    first: Vec<u32>,
    leaving: Vec<u32>,
}

/// A handle on an edge.
#[derive(Debug, Clone, Copy)]
pub struct EdgeId(u32);

impl Network {
    /// A network of `nodes` nodes and about `edges` edges.
    pub fn new(nodes: usize, edges: usize) -> Self {
        Self {
            nodes,
            to: Vec::with_capacity(2 * edges),
            capacity: Vec::with_capacity(2 * edges),
            ..Self::default()
        }
    }

    /// Adds an edge and its residual twin.
    pub fn edge(&mut self, from: usize, to: usize, capacity: i128) -> EdgeId {
        let id = index(self.to.len());
        self.to.extend([index(to), index(from)]);
        self.capacity.extend([capacity, 0]);
        EdgeId(id)
    }

    /// The flow over an edge once [`Self::maximise`] has run.
    pub fn flow(&self, edge: EdgeId) -> i128 {
        self.capacity[edge.0 as usize + 1]
    }

    /// Sends as much as possible from `source` to `sink`.
    pub fn maximise(&mut self, source: usize, sink: usize) -> i128 {
        self.list_edges();
        let mut total = 0;
        loop {
            let levels = self.levels(source, Some(sink));
            if levels[sink] == u32::MAX {
                return total;
            }
            total += self.block(source, sink, &levels);
        }
    }

    /// Nodes reachable from `source` in the residual network: the source side
    /// of the minimum cut with the fewest nodes.
    pub fn source_side(&self, source: usize) -> Vec<bool> {
        self.levels(source, None).into_iter().map(|level| level != u32::MAX).collect()
    }

    /// Sorts the edges by their start, keeping their order.
    fn list_edges(&mut self) {
        self.first = vec![0; self.nodes + 1];
        for edge in 0..self.to.len() {
            self.first[self.to[edge ^ 1] as usize + 1] += 1;
        }
        for node in 0..self.nodes {
            self.first[node + 1] += self.first[node];
        }
        let mut next = self.first.clone();
        self.leaving = vec![0; self.to.len()];
        for edge in 0..self.to.len() {
            let place = &mut next[self.to[edge ^ 1] as usize];
            self.leaving[*place as usize] = index(edge);
            *place += 1;
        }
    }

    fn edges_of(&self, node: usize) -> &[u32] {
        &self.leaving[self.first[node] as usize..self.first[node + 1] as usize]
    }

    /// Distance of every node from `source`. Nodes further away than `until`
    /// may be left out: no shortest path passes through them.
    fn levels(&self, source: usize, until: Option<usize>) -> Vec<u32> {
        let mut levels = vec![u32::MAX; self.nodes];
        let mut queue = vec![index(source)];
        let mut done = 0;
        levels[source] = 0;
        while let Some(&node) = queue.get(done) {
            done += 1;
            let further = levels[node as usize] + 1;
            if until.is_some_and(|until| levels[until] <= further - 1) {
                break;
            }
            for &edge in self.edges_of(node as usize) {
                let to = self.to[edge as usize];
                if levels[to as usize] == u32::MAX && self.capacity[edge as usize] > 0 {
                    levels[to as usize] = further;
                    queue.push(to);
                }
            }
        }
        levels
    }

    /// A blocking flow along rising levels, found without recursion: a path
    /// can be as long as the component is wide. After a path is full the
    /// search goes on from the start of its first full edge.
    fn block(&mut self, source: usize, sink: usize, levels: &[u32]) -> i128 {
        let mut total = 0;
        let mut next: Vec<u32> = self.first.clone();
        let mut path: Vec<u32> = Vec::new();
        let mut node = source;
        loop {
            if node == sink {
                let capacity = |edge: &u32| self.capacity[*edge as usize];
                let sent = path.iter().map(capacity).min().unwrap_or_default();
                total += sent;
                let mut full = path.len();
                for (at, &edge) in path.iter().enumerate().rev() {
                    self.capacity[edge as usize] -= sent;
                    self.capacity[edge as usize ^ 1] += sent;
                    if self.capacity[edge as usize] == 0 {
                        full = at;
                    }
                }
                node = path.get(full).map_or(source, |&edge| self.to[edge as usize ^ 1] as usize);
                path.truncate(full);
                continue;
            }
            if next[node] == self.first[node + 1] {
                // Dead end: step back and never try this edge again.
                let Some(edge) = path.pop() else { return total };
                node = self.to[edge as usize ^ 1] as usize;
                next[node] += 1;
                continue;
            }
            let edge = self.leaving[next[node] as usize];
            let to = self.to[edge as usize] as usize;
            if levels[to] == levels[node] + 1 && self.capacity[edge as usize] > 0 {
                path.push(edge);
                node = to;
            } else {
                next[node] += 1;
            }
        }
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
        let mut network = Network::new(6, 9);
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
