package io.sluice.capture.read;

/**
 * One request and its answer.
 *
 * @param connection from 1, in one run
 * @param exchange from 1, on one connection
 */
public record ExchangeId(Run run, long connection, long exchange) {}
