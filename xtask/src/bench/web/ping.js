self.onmessage = () => self.postMessage(null);
