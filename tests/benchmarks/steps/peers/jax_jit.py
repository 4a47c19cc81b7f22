"""JAX: one jitted function of parameters, optimiser state and batch, whose old values are donated."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from ..workloads import (
    BETAS,
    CHAIN_LENGTH,
    CONTEXT,
    EPS,
    HEADS,
    LAYERS,
    LSTM_HIDDEN,
    VOCABULARY,
    WEIGHT_DECAY,
    WIDTH,
    Workload,
)
from . import Program


def linear(p, name, x):
    return x @ p[f"{name}.weight"].T + p[f"{name}.bias"]


def layer_norm(p, name, x):
    centred = x - x.mean(-1, keepdims=True)
    return (
        centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * p[f"{name}.weight"] + p[f"{name}.bias"]
    )


def mlp(p, x, workload):
    activation = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}[workload.activation]
    count = len(workload.sizes) - 1
    for i in range(count - 1):
        x = activation(linear(p, f"layers.{i}", x))
    return linear(p, f"layers.{count - 1}", x)


def lenet(p, x, workload):
    def convolve(name, x, padding):
        x = jax.lax.conv(x, p[f"{name}.weight"], (1, 1), padding) + p[f"{name}.bias"][:, None, None]
        return jax.lax.reduce_window(jax.nn.relu(x), -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    x = convolve("conv2", convolve("conv1", x, "SAME"), "VALID")
    x = jax.nn.relu(linear(p, "fc1", x.reshape(len(x), -1)))
    return linear(p, "fc3", jax.nn.relu(linear(p, "fc2", x)))


def lstm(p, x, workload):
    inputs = x.transpose(1, 0, 2) @ p["lstm.weight_ih_l0"].T + p["lstm.bias_ih_l0"] + p["lstm.bias_hh_l0"]

    def cell(carry, at_once):
        h, c = carry
        i, f, g, o = jnp.split(at_once + h @ p["lstm.weight_hh_l0"].T, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    start = jnp.zeros((len(x), LSTM_HIDDEN), x.dtype)
    (h, _), _ = jax.lax.scan(cell, (start, start), inputs)
    return linear(p, "head", h)


def transformer(p, x, workload):
    mask = jnp.tril(jnp.ones((CONTEXT, CONTEXT), bool))
    x = p["token_embedding.weight"][x] + p["position_embedding.weight"]
    for i in range(LAYERS):
        block = f"blocks.{i}."
        qkv = linear(p, f"{block}qkv", layer_norm(p, f"{block}norm1", x))
        q, k, v = qkv.reshape(*x.shape[:2], 3, HEADS, WIDTH // HEADS).transpose(2, 0, 3, 1, 4)
        scores = q @ k.swapaxes(-1, -2) / math.sqrt(WIDTH // HEADS)
        y = jax.nn.softmax(jnp.where(mask, scores, -jnp.inf)) @ v
        x = x + linear(p, f"{block}out", y.transpose(0, 2, 1, 3).reshape(x.shape))
        hidden = jax.nn.gelu(linear(p, f"{block}up", layer_norm(p, f"{block}norm2", x)), approximate=False)
        x = x + linear(p, f"{block}down", hidden)
    return linear(p, "head", layer_norm(p, "norm", x)).reshape(-1, VOCABULARY)


NETWORKS = {"mlp": mlp, "lenet": lenet, "lstm": lstm, "transformer": transformer}


def build(workload: Workload, threads: int) -> Program:
    parameters = {name: jnp.array(value) for name, value in workload.parameters().items()}
    return (_chain if workload.kind == "chain" else _training)(workload, parameters)


def _training(workload: Workload, parameters: dict[str, jax.Array]) -> Program:
    network = NETWORKS[workload.kind]
    x, y = (jnp.array(a) for a in workload.data())
    y = y.reshape(-1)
    (beta1, beta2), lr = BETAS, workload.lr

    def loss(p, x, y):
        z = jax.nn.log_softmax(network(p, x, workload))
        return -jnp.take_along_axis(z, y[:, None], 1).mean()

    def step(p, state, x, y):
        value, grads = jax.value_and_grad(loss)(p, x, y)
        if workload.optimizer == "sgd":
            return jax.tree.map(lambda p, g: p - lr * g, p, grads), state, value
        m, v, t = state
        t = t + 1
        if workload.optimizer == "adamw":
            p = jax.tree.map(lambda p: p * (1 - lr * WEIGHT_DECAY), p)
        m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, grads)
        v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, grads)
        rate, scale = lr / (1 - beta1**t), 1 / jnp.sqrt(1 - beta2**t)
        p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) * scale + EPS), p, m, v)
        return p, (m, v, t), value

    jitted = jax.jit(step, donate_argnums=(0, 1))
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = () if workload.optimizer == "sgd" else (zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0))
    now = [parameters, state, None]

    def run():
        now[:] = jitted(now[0], now[1], x, y)

    return Program(run, lambda: [float(now[2])], lambda: jax.block_until_ready(now))


def _chain(workload: Workload, parameters: dict[str, jax.Array]) -> Program:
    def chain(x, w):
        y = x
        for _ in range(CHAIN_LENGTH):
            y = y * w
        return y.sum()

    jitted = jax.jit(jax.value_and_grad(chain, (0, 1)))
    last = [None]

    def run():
        last[0] = jitted(*parameters.values())

    def read():
        value, grads = last[0]
        return [float(value), *(float(g) for grad in grads for g in grad)]

    return Program(run, read, lambda: jax.block_until_ready(last))
