/**
 * {@code migration.yaml}: read once, checked whole, then a value.
 *
 * <pre>
 *   text ─▶ YamlReader ─▶ YamlNode (with lines) ─▶ Fields ─▶ {@link io.sluice.config.MigrationConfig}
 *                                                    └─▶ every {@link io.sluice.config.Problem}, at once
 * </pre>
 *
 * <p><b>Promise:</b> a {@link io.sluice.config.MigrationConfig} exists only when every key of the file is known, of its
 * type, in its range, and at odds with no other. Nothing that came from {@code ${env:…}} or {@code ${file:…}}, and
 * nothing of a secret, is part of a message.
 *
 * <p><b>Threads:</b> values are immutable; readers are used by the thread that made them.
 *
 * <p>Start reading at {@link io.sluice.config.ConfigurationFile}. To add a key, ask {@code Fields} for it in the record
 * that holds it; the tests then name the pages that must know it too.
 */
@NullMarked
package io.sluice.config;

import org.jspecify.annotations.NullMarked;
