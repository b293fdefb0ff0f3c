/** What travels between the operators, byte by byte. */
@NullMarked
package io.sluice.replay.wire;

import org.jspecify.annotations.NullMarked;
