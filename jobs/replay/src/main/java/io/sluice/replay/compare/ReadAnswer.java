package io.sluice.replay.compare;

import com.google.protobuf.ByteString;

/**
 * What a cluster answered.
 *
 * @param status of HTTP; 0 when there is no answer
 * @param body with nothing encoding it any more
 */
public record ReadAnswer(int status, ByteString body) {}
