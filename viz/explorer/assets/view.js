// What is visible of the graph: open modules are boxes, a closed one is a single node that stands for all in it.

const COMFORTABLE = 150; // so many nodes are shown at first, if the modules can be closed
const MOST = 2500; // so many can be shown at once

/** What stands for a node in the picture: its outermost closed scope, or itself. */
function standIn(model, node, closed) {
  const scope = scopesAround(model, node).find((id) => closed.has(id));
  return scope === undefined ? node : model.scopes.get(scope);
}

/**
 * The tree of open boxes for the layout, and the edges between what is visible.
 * members: key of a closed scope or a node -> {scope, node, inside}, `inside` being the nodes that it stands for.
 * stands: id of a node -> key of its member.
 * edges: one for each pair of a closed box with another member; those between two nodes stay as they are.
 */
function visibleView(model, closed) {
  const members = new Map();
  const tree = [];
  const boxes = new Map();
  const stands = new Map();
  const boxOf = (id) => {
    if (id === null || id === undefined) return tree;
    if (!boxes.has(id)) {
      const scope = model.scopes.get(id);
      const box = { id: scope.key, scope, children: [] };
      boxes.set(id, box);
      boxOf(box.scope.parent).push(box);
    }
    return boxes.get(id).children;
  };
  for (const node of model.nodes.values()) {
    const shown = standIn(model, node, closed);
    const id = shown.key;
    stands.set(node.id, id);
    if (!members.has(id)) {
      const scope = shown === node ? null : shown;
      const member = { id, scope, node: scope ? null : node, inside: [] };
      members.set(id, member);
      boxOf(scope ? scope.parent : node.scope).push(member);
    }
    members.get(id).inside.push(node);
  }
  const edges = new Map();
  for (const edge of model.edges) {
    const [source, target] = [stands.get(edge.source), stands.get(edge.target)];
    if (source === target) continue;
    const merged = members.get(source).scope || members.get(target).scope;
    const id = merged ? `${source} ${target}` : `${edge.index}`;
    if (!edges.has(id)) edges.set(id, { id, source, target, edges: [] });
    edges.get(id).edges.push(edge);
  }
  return { members, tree, boxes, edges: [...edges.values()], stands };
}

/** How many nodes are visible with these scopes closed. */
function countVisible(model, closed) {
  return new Set([...model.nodes.values()].map((node) => standIn(model, node, closed))).size;
}

/** The scopes to close so that `depth` levels of modules are open. Folds count as levels. */
function closedAtDepth(model, depth) {
  return new Set([...model.scopes.values()].filter((scope) => levelOf(model, scope) >= depth).map((scope) => scope.id));
}

function levelOf(model, scope) {
  return scopesAround(model, scope).length;
}

/** The greatest depth, that is with everything open. */
function greatestDepth(model) {
  return Math.max(0, ...[...model.scopes.values()].map((scope) => levelOf(model, scope) + 1));
}

/** The greatest depth that shows a comfortable number of nodes. */
function comfortableDepth(model) {
  for (let depth = greatestDepth(model); depth > 0; depth--) {
    if (countVisible(model, closedAtDepth(model, depth)) <= COMFORTABLE) return depth;
  }
  return 0;
}
