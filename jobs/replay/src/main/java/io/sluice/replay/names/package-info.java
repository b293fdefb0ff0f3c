/** What names of the source do to documents that are written through them: route them, or change them. */
@NullMarked
package io.sluice.replay.names;

import org.jspecify.annotations.NullMarked;
