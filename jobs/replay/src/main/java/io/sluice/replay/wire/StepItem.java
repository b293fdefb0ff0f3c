package io.sluice.replay.wire;

import io.sluice.replay.rewrite.Step;

/** A step on its way to the sender. */
public record StepItem(ExchangeRef exchange, Step step) {}
