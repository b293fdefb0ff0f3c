package io.sluice.backfill;

import org.apache.flink.api.connector.source.SourceEvent;

/** The enumerator has written down the end of a range. */
record RangeRecorded(String splitId) implements SourceEvent {}
