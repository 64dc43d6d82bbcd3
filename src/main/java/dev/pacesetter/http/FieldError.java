package dev.pacesetter.http;

/**
 * What is wrong with one field of a request.
 *
 * @param field its name: of a JSON field, a query parameter or a header
 * @param detail what it must be, for the developer who sent it
 */
public record FieldError(String field, String detail) {}
