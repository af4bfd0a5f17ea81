//! Maximum flow by Dinic's algorithm, in integers, over any network.
//!
//! It decides what [`super::transport`] leaves open, which is little, and is
//! what that is tested against. Capacities are `i128`: an infinite one is more
//! than all others together.

/// A capacity no cut can contain.
pub const INFINITE: i128 = i128::MAX / 4;

/// A flow network. Once all edges are known, they are laid out node by node
/// with their residual twins, because the search reads them so.
#[derive(Debug, Default)]
pub struct Network {
    nodes: usize,
    /// The edges as they were added: start, end, capacity.
    added: Vec<(u32, u32, i128)>,
    /// Where the edges of a node begin, and those of the node before end.
    first: Vec<u32>,
    /// End of each edge; the start is the end of its twin.
    to: Vec<u32>,
    capacity: Vec<i128>,
    twin: Vec<u32>,
}

impl Network {
    /// A network of `nodes` nodes and about `edges` edges.
    pub fn new(nodes: usize, edges: usize) -> Self {
        Self { nodes, added: Vec::with_capacity(edges), ..Self::default() }
    }

    /// Adds an edge.
    pub fn edge(&mut self, from: usize, to: usize, capacity: i128) {
        self.added.push((index(from), index(to), capacity));
    }

    /// Sends as much as possible from `source` to `sink`.
    pub fn maximise(&mut self, source: usize, sink: usize) -> i128 {
        self.lay_out();
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

    /// Lays the edges out by their start, in the order they were added.
    fn lay_out(&mut self) {
        let added = std::mem::take(&mut self.added);
        self.first = vec![0; self.nodes + 1];
        for &(from, to, _) in &added {
            self.first[from as usize + 1] += 1;
            self.first[to as usize + 1] += 1;
        }
        for node in 0..self.nodes {
            self.first[node + 1] += self.first[node];
        }
        let mut next = self.first.clone();
        let mut place = |node: u32| {
            let place = next[node as usize];
            next[node as usize] += 1;
            place
        };
        self.to = vec![0; 2 * added.len()];
        self.twin = vec![0; 2 * added.len()];
        self.capacity = vec![0; 2 * added.len()];
        for (from, to, capacity) in added {
            let (there, back) = (place(from), place(to));
            self.to[there as usize] = to;
            self.to[back as usize] = from;
            self.twin[there as usize] = back;
            self.twin[back as usize] = there;
            self.capacity[there as usize] = capacity;
        }
    }

    /// Where an edge starts.
    fn start(&self, edge: u32) -> usize {
        self.to[self.twin[edge as usize] as usize] as usize
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
            if until.is_some_and(|until| levels[until] < further) {
                break;
            }
            let edges = self.first[node as usize] as usize..self.first[node as usize + 1] as usize;
            for edge in edges {
                let to = self.to[edge];
                if self.capacity[edge] > 0 && levels[to as usize] == u32::MAX {
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
                    self.capacity[self.twin[edge as usize] as usize] += sent;
                    if self.capacity[edge as usize] == 0 {
                        full = at;
                    }
                }
                node = path.get(full).map_or(source, |&edge| self.start(edge));
                path.truncate(full);
                continue;
            }
            if next[node] == self.first[node + 1] {
                // Dead end: step back and never try this edge again.
                let Some(edge) = path.pop() else { return total };
                node = self.start(edge);
                next[node] += 1;
                continue;
            }
            let edge = next[node];
            let to = self.to[edge as usize] as usize;
            if self.capacity[edge as usize] > 0 && levels[to] == levels[node] + 1 {
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
        network.edge(4, 5, 4);
        assert_eq!(network.maximise(0, 5), 23);
        assert!(network.source_side(0)[0] && !network.source_side(0)[5]);
    }
}
