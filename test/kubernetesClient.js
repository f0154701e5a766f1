/** The client of Kubernetes from one file: jest would compile its hundreds for each suite. */
module.exports = require("./built")("kubernetes-client.json", "@kubernetes/client-node");
