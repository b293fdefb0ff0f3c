package io.sluice.backfill;

import org.apache.flink.api.connector.source.SourceEvent;

/** The enumerator tells all readers to give an index up. */
record IndexStopped(String index, String reason) implements SourceEvent {}
