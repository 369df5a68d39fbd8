/// The settings of an instance: one record for each group, bound from files, the environment and `--set`, validated,
/// and documented as a table. Names and values come in; immutable records, or a [SettingException], go out.
///
/// Depends on no other package of `runtime`.
@NullMarked
package dev.clipstream.runtime.settings;

import org.jspecify.annotations.NullMarked;
