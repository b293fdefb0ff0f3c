package io.sluice.snapshot;

/** Says where on the target an id is one document's: two documents of a shard with one id and equal scopes are one there. */
@FunctionalInterface
public interface IdScope {

    /** All documents of a shard are in one. */
    IdScope SHARD = document -> "";

    /** The scope of the document that a cursor stands on. */
    String of(DocumentCursor document);
}
