// The bundle is a classic script that leaves SwaggerUIBundle behind.
SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#api',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // A token stays in this page alone, and the contract is sent to nobody.
  persistAuthorization: false,
  validatorUrl: null,
});
