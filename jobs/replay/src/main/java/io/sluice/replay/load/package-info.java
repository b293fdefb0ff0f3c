/**
 * Sends requests as they were captured, to test a target with: those of each connection one after the other, each copy of a connection
 * for itself.
 */
@NullMarked
package io.sluice.replay.load;

import org.jspecify.annotations.NullMarked;
