/** Pure functions that say what must change between versions: index definitions, mappings, settings, documents. No input or output, no threads. */
@NullMarked
package io.sluice.transform;

import org.jspecify.annotations.NullMarked;
