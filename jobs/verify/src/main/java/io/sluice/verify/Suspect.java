package io.sluice.verify;

/**
 * A document that did not match, to be looked at again.
 *
 * @param before as it was seen last
 */
record Suspect(DocumentKey key, Sighting before) {}
