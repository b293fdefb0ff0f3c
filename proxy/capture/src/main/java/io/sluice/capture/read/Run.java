package io.sluice.capture.read;

import java.io.Serializable;
import java.util.UUID;

/**
 * One run of one proxy.
 *
 * @param incarnation greater than that of every run of that proxy before
 */
public record Run(UUID proxy, long incarnation) implements Serializable {}
