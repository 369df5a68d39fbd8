/// What every HTTP request passes before a controller: access, and protection from slow clients.
///
/// In: requests as the web server receives them. Out: requests whose body is complete, run by a limited number of
/// threads, or a refusal as `application/problem+json`. Controllers are in [dev.clipstream.search.http].
@NullMarked
package dev.clipstream.search.http.entry;

import org.jspecify.annotations.NullMarked;
